import assert from 'node:assert/strict'

import { bytesOf, Store } from '@gantry/core'

import type { Bench } from '../bench.ts'
import { group } from '../conformance-case.ts'
import { ends, failsWith } from '../expectations.ts'

async function closedTwice({ driver }: Bench): Promise<void> {
  const store = new Store(driver)
  await ends(store.close(), 'closing')
  await ends(store.close(), 'closing again')
  await ends(Promise.resolve(driver.close?.()), 'closing the driver again')
}

async function refusing({ driver }: Bench): Promise<void> {
  const store = new Store(driver)
  await store.close()
  const path = '1.2.3.4/1.2.3.5/1.2.3.6.dcm'
  const calls: { readonly [name: string]: () => Promise<unknown> | undefined } = {
    list: () => store.list().next(),
    stat: () => store.stat(path),
    read: () => store.read(path),
    write: () => store.write({ path, size: 0 }, bytesOf()),
    remove: () => store.remove(path),
    search: () => store.search({ level: 'study' }).next(),
    fetch: () => store.parcels?.fetch([{ path }]).next(),
    open: () => store.parcels?.open({ entries: [{ path }], save: async () => {} }),
    begin: () => store.uploads?.begin({ path, size: 1 }),
    location: () => store.location(),
    unfinished: () => store.uploads?.unfinished().next(),
  }
  for (const [name, call] of Object.entries(calls)) {
    const answer = call()
    if (answer === undefined) continue
    const { message } = await failsWith(answer, 'invalid')
    assert.match(message, /closed/u, `${name} must say that the store is closed`)
  }
}

async function alone(bench: Bench): Promise<void> {
  const other = await bench.another()
  await bench.store.close()
  assert.equal((await other.list().next()).done, true, 'an empty place lists nothing')
}

export const closingCases = group('closing', () => true, [
  ['is closed once, however often it is told to', closedTwice],
  ['answers nothing once it is closed, and says that it is', refusing],
  ['closes itself, and no other store over the same place', alone, { needs: 'reopen' }],
])
