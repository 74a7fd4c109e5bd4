import * as catalogue from '@gantry/catalogue'
import * as cod from '@gantry/cod'
import { GantryError, Store } from '@gantry/core'
import * as driver from '@gantry/core/driver'
import * as dicomweb from '@gantry/dicomweb'
import * as nodeDicomweb from '@gantry/dicomweb/node'
import * as fleet from '@gantry/fleet'
import { fs } from '@gantry/fs'
import { gcs } from '@gantry/gcs'
import * as google from '@gantry/google'
import { createHub } from '@gantry/hub'
import { openHub } from '@gantry/hub/node'
import * as hubStore from '@gantry/hub-store'
import * as nodeHubStore from '@gantry/hub-store/node'
import * as igt from '@gantry/igt'
import { memory } from '@gantry/memory'
import { openPostgres } from '@gantry/postgres'
import { s3 } from '@gantry/s3'
import { createDicomwebServer } from '@gantry/serve'
import { createGantry, hubClient } from '@gantry/share'
import * as transfer from '@gantry/transfer'
import * as archives from '@gantry/w3up'
import { describe, expect, test } from 'vitest'

type Made = (...given: readonly unknown[]) => unknown

/** As plain JavaScript calls it. */
function plain(factory: unknown): Made {
  return factory as Made
}

const store = new Store(memory())

/** Factories, and the first option that each of them cannot do without. */
const needing: readonly (readonly [name: string, factory: Made, option: string, first?: readonly unknown[]])[] = [
  ['fs', plain(fs), 'root'],
  ['s3', plain(s3), 'bucket'],
  ['gcs', plain(gcs), 'bucket'],
  ['dicomweb', plain(dicomweb.dicomweb), 'root'],
  ['dicomwebClient', plain(dicomweb.dicomwebClient), 'root'],
  ['dicomweb in Node', plain(nodeDicomweb.dicomweb), 'root'],
  ['dicomwebClient in Node', plain(nodeDicomweb.dicomwebClient), 'root'],
  ['hubStore', plain(hubStore.hubStore), 'hub'],
  ['hubStore in Node', plain(nodeHubStore.hubStore), 'hub'],
  ['hubTokens', plain(hubStore.hubTokens), 'key'],
  ['fetchHubToken', plain(hubStore.fetchHubToken), 'key'],
  ['igt', plain(igt.igt), 'cloud'],
  ['IgtCloud', (given) => new (igt.IgtCloud as unknown as new (given: unknown) => object)(given), 'domain'],
  ['cod', plain(cod.cod), 'store', []],
  ['car', plain(archives.car), 'store', []],
  ['w3up', plain(archives.w3up), 'client', [store]],
  ['ipfs', plain(archives.ipfs), 'kubo', [store]],
  ['createAccessTokens', plain(driver.createAccessTokens), 'fetch'],
  ['openJob', plain(transfer.openJob), 'journal'],
  ['createJobSpec', plain(transfer.createJobSpec), 'from'],
  ['memoryJournal', plain(transfer.memoryJournal), 'id'],
  ['compareStores', (given) => plain(transfer.compareStores)(given), 'from'],
  ['compareReceipts', (given) => plain(transfer.compareReceipts)(given), 'journal'],
  ['requeueGone', plain(transfer.requeueGone), 'journal'],
  ['selectedEntries', (given) => plain(transfer.selectedEntries)(given), 'selection'],
  ['createGantry', plain(createGantry), 'platform'],
  ['hubClient', plain(hubClient), 'hub'],
  ['createHub', plain(createHub), 'keeper'],
  ['openHub', plain(openHub), 'folder'],
  ['createDicomwebServer', plain(createDicomwebServer), 'index'],
  ['submit', plain(fleet.submit), 'ledger'],
  ['FleetWorker', (given) => new (fleet.FleetWorker as unknown as new (given: unknown) => object)(given), 'prepare'],
  ['googleApi', plain(google.googleApi), 'tokens'],
  ['browserSignIn', plain(google.browserSignIn), 'redirectUri'],
  ['refreshedTokens', plain(google.refreshedTokens), 'clientId'],
  ['healthcareAdapter', plain(google.healthcareAdapter), 'openDicomweb'],
  ['openPostgres', plain(openPostgres), 'url'],
  ['audit', plain(catalogue.audit), 'catalogue'],
  ['archiving', plain(catalogue.archiving), 'catalogue'],
  ['hubArchive', plain(catalogue.hubArchive), 'location'],
  ['rebuild', plain(catalogue.rebuild), 'source'],
  ['repairManifests', plain(catalogue.repairManifests), 'broken'],
  ['settleArchive', plain(catalogue.settleArchive), 'session'],
  ['thawAll', plain(catalogue.thawAll), 'receipts'],
]

/** What it throws, rejects with, or fails with when the first is asked of it. */
async function failureOf(call: () => unknown): Promise<unknown> {
  try {
    const made = await call()
    if (typeof made === 'object' && made !== null && 'next' in made) await (made as AsyncGenerator).next()
    return undefined
  } catch (error) {
    return error
  }
}

describe('from plain JavaScript', () => {
  test.for(needing)('%s says which option is missing', async ([, factory, option, first = []]) => {
    // A store that is needed first has none of the options behind it.
    const givens = option === 'store' ? [[]] : [[...first], [...first, {}], [...first, { [option]: 7 }]]
    for (const given of givens) {
      const error = await failureOf(() => factory(...given))
      expect(error).toBeInstanceOf(GantryError)
      expect(error).toMatchObject({ code: 'invalid', message: expect.stringContaining(option) })
    }
  })

  test.for(needing)('%s takes no options that are something else', async ([, factory, , first = []]) => {
    for (const given of ['text', 7]) {
      expect(await failureOf(() => factory(...first, given))).toMatchObject({ name: 'GantryError', code: 'invalid' })
    }
  })

  test('a driver is no store, which is said', () => {
    expect(() => cod.cod(memory() as unknown as Store)).toThrow(/"store" is a Store, such as new Store/u)
  })

  test('memory needs none', () => {
    expect(plain(memory)()).toMatchObject({ scheme: 'memory' })
  })
})
