import { randomUUID } from 'node:crypto'

import { collect, openStore, type StoreDriver } from '@gantry/core'
import { dicomwebClient } from '@gantry/dicomweb/node'
import { phantom } from '@gantry/testkit/phantom'
import { orthancServers } from '@gantry-tooling/servers/vitest'
import { describe, expect, test } from 'vitest'

import { healthcareScope } from '../oauth/scopes.ts'
import { all, failure, Rig } from '../testing/rig.ts'
import { type DicomwebPlace, healthcareAdapter } from './healthcare-adapter.ts'

const url = 'healthcare://my-project/us-central1/ct/trial'
const projects = [{ projectId: 'my-project', locations: { 'us-central1': { ct: ['trial'] } } }]
const resource = 'projects/my-project/locations/us-central1/datasets/ct/dicomStores/trial'

/** How the adapter opens the URL, and a client there. */
async function open(rig: Rig) {
  let opened: DicomwebPlace | undefined
  const adapter = healthcareAdapter({
    openDicomweb(place) {
      opened = place
      return { contract: 1, scheme: 'dicomweb', abilities: {} } as unknown as StoreDriver
    },
  })
  await openStore(url, [adapter], { tokens: rig.tokens([healthcareScope]), baseUrl: rig.google.url })
  if (opened === undefined) throw new Error('Not opened.')
  const { root, tokens } = opened
  return { root, tokens, client: dicomwebClient({ root, tokens }) }
}

/** Stores an instance (PS3.18 10.5). */
async function send(root: string, token: string, bytes: Uint8Array): Promise<number> {
  const boundary = randomUUID()
  const head = `--${boundary}\r\ncontent-type: application/dicom\r\n\r\n`
  const { status, body } = await fetch(`${root}/studies`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': `multipart/related; type="application/dicom"; boundary=${boundary}`,
      accept: 'application/dicom+json',
    },
    body: Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  })
  await body?.cancel()
  return status
}

for (const server of await orthancServers()) {
  const isOpen = server.unavailable === undefined && server.login === undefined
  describe.skipIf(!isOpen)(`a store of Cloud Healthcare, with ${server.title} behind it`, () => {
    if (server.unavailable !== undefined) return

    test('is written and read with a token, also when that ends in between', async () => {
      await using rig = await Rig.make({ projects, dicomweb: server.root })
      const { root, tokens, client } = await open(rig)
      const files = await all(phantom({ size: 32, slices: 3, seed: 20_261_128 + process.pid }))
      for (const { bytes } of files) expect(await send(root, await tokens.get(), bytes)).toBe(200)
      const {
        studyInstanceUID: study,
        seriesInstanceUID: series,
        sopInstanceUID: instance,
      } = files[0]?.image ?? failed()
      const one = await client.retrieveInstance({ study, series, instance })
      expect(Buffer.compare(await collect(one.body), files[0]?.bytes ?? failed())).toBe(0)
      rig.google.expireTokens()
      const found: number[] = []
      for await (const { body } of client.retrieveSeries({ study, series })) found.push((await collect(body)).length)
      expect(found).toEqual(files.map(({ bytes }) => bytes.length))
    })

    test('refuses who may not read it', async () => {
      await using rig = await Rig.make({ projects, dicomweb: server.root })
      rig.google.controls.denied.push({ resource, permission: 'healthcare.dicomStores.dicomWebRead' })
      const { client } = await open(rig)
      const refused = client.retrieveInstance({ study: '1.2', series: '1.3', instance: '1.4' })
      expect((await failure(refused)).code).toBe('permission_denied')
    })
  })
}

function failed(): never {
  throw new Error('Nothing was there.')
}
