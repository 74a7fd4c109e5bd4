import { randomInt } from 'node:crypto'
import { orthancServers, orthancUnavailable, type RunningOrthanc, startOrthanc } from '@gantry-tooling/servers/vitest'
import { phantom, type PhantomFile } from '@gantry/testkit/phantom'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dicomwebClient, orthancClient } from './index.ts'

const reason = await orthancUnavailable()

for (const server of await orthancServers()) {
  describe.skipIf(server.unavailable !== undefined)(`dicomweb-client against ${server.title}`, () => {
    if (server.unavailable !== undefined) return
    const client = dicomwebClient(server)

    test('stores, searches and retrieves', async () => {
      const files = await smallSeries()
      const { studyInstanceUID, seriesInstanceUID, sopInstanceUID } = files[0]!.image
      await client.storeInstances({ datasets: files.map(({ bytes }) => bufferOf(bytes)) })

      const found = await client.searchForInstances({ studyInstanceUID })
      expect(found).toHaveLength(files.length)

      const whole = await client.retrieveSeries({ studyInstanceUID, seriesInstanceUID })
      expect(sorted(whole)).toEqual(sorted(files.map(({ bytes }) => bufferOf(bytes))))
      const one = await client.retrieveInstance({ studyInstanceUID, seriesInstanceUID, sopInstanceUID })
      expect(Buffer.from(one).equals(files[0]!.bytes)).toBe(true)
    })

    test('rejects what the server refuses', async () => {
      await expect(client.retrieveStudyMetadata({ studyInstanceUID: '1.2.3' })).rejects.toMatchObject({ status: 404 })
    })
  })

  describe.skipIf(server.unavailable !== undefined || reason !== undefined)(
    `Orthanc's client against ${server.title}`,
    () => {
      if (server.unavailable !== undefined) return
      let own: RunningOrthanc
      beforeAll(async () => {
        const { root: url, login } = server
        own = await startOrthanc({ peers: { there: { url, ...(login && { login }) } } })
      }, 900_000)
      afterAll(() => own?.stop())

      test('searches and retrieves', async () => {
        const files = await smallSeries()
        const { studyInstanceUID } = files[0]!.image
        await dicomwebClient(server).storeInstances({ datasets: files.map(({ bytes }) => bufferOf(bytes)) })
        const client = orthancClient(own, 'there')
        const [study] = await client.search('/studies', { StudyInstanceUID: studyInstanceUID })
        expect(study?.['0020000D']?.Value).toBe(studyInstanceUID)
        expect(await client.retrieve({ Study: studyInstanceUID })).toBe(files.length)
      })

      test('stores', async () => {
        const files = await smallSeries()
        const { studyInstanceUID } = files[0]!.image
        await dicomwebClient(own).storeInstances({ datasets: files.map(({ bytes }) => bufferOf(bytes)) })
        await orthancClient(own, 'there').store(studyInstanceUID)
        expect(await dicomwebClient(server).searchForInstances({ studyInstanceUID })).toHaveLength(files.length)
      })
    },
  )
}

async function smallSeries(): Promise<PhantomFile[]> {
  // UIDs of its own: the server is shared.
  const files: PhantomFile[] = []
  for await (const file of phantom({ size: 32, slices: 3, seed: randomInt(2 ** 31) })) files.push(file)
  return files
}

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}

function sorted(buffers: readonly ArrayBuffer[]): string[] {
  return buffers.map((buffer) => Buffer.from(buffer).toString('base64')).toSorted()
}
