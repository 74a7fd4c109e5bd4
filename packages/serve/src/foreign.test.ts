import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { dicomwebClient, orthancClient } from '@gantry-tooling/foreign'
import { orthancUnavailable, startOrthanc } from '@gantry-tooling/servers/vitest'
import { phantom, type PhantomFile } from '@gantry/testkit/phantom'
import { describe, expect, onTestFinished, test } from 'vitest'

import { tokenAccess } from './access/access.ts'
import { uidLayout } from './server.ts'
import { rig } from './testing/rig.ts'

async function series(slices = 4): Promise<PhantomFile[]> {
  const files: PhantomFile[] = []
  for await (const file of phantom({ size: 64, slices })) files.push(file)
  return files
}

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}

function sorted(all: readonly (ArrayBuffer | Uint8Array)[]): string[] {
  return all.map((bytes) => Buffer.from(bytes as Uint8Array).toString('base64')).toSorted()
}

describe('dicomweb-client, which OHIF uses', () => {
  test('stores, searches and retrieves', async () => {
    const { url, errors } = await rig({ stow: uidLayout })
    const client = dicomwebClient({ root: url })
    const files = await series()
    const [file] = files
    if (file === undefined) throw new Error('There is no phantom.')
    const { studyInstanceUID, seriesInstanceUID, sopInstanceUID } = file.image
    const instance = { studyInstanceUID, seriesInstanceUID, sopInstanceUID }
    await client.storeInstances({ datasets: files.map(({ bytes }) => bufferOf(bytes)) })
    expect(await client.searchForStudies({ queryParams: { PatientID: '*', limit: '10' } })).toHaveLength(1)
    expect(await client.searchForSeries({ studyInstanceUID })).toHaveLength(1)
    expect(await client.searchForInstances({ studyInstanceUID, seriesInstanceUID })).toHaveLength(4)
    expect(await client.retrieveStudyMetadata({ studyInstanceUID })).toHaveLength(4)
    const metadata = await client.retrieveSeriesMetadata({ studyInstanceUID, seriesInstanceUID })
    expect(metadata[0]?.['0020000D']?.Value).toEqual([studyInstanceUID])
    const bytes = sorted(files.map((one) => one.bytes))
    expect(sorted(await client.retrieveStudy({ studyInstanceUID }))).toEqual(bytes)
    expect(sorted(await client.retrieveSeries({ studyInstanceUID, seriesInstanceUID }))).toEqual(bytes)
    expect(sorted([await client.retrieveInstance(instance)])).toEqual(sorted([file.bytes]))
    const frames = await client.retrieveInstanceFrames({ ...instance, frameNumbers: [1] })
    expect(frames.map((frame) => frame.byteLength)).toEqual([64 * 64 * 2])
    const { BulkDataURI = '' } = (metadata[0]?.['7FE00010'] ?? {}) as { BulkDataURI?: string }
    const [pixels] = await client.retrieveBulkData({ BulkDataURI })
    expect(pixels?.byteLength).toBe(64 * 64 * 2)
    await expect(client.retrieveStudyMetadata({ studyInstanceUID: '1.2.3' })).rejects.toMatchObject({ status: 404 })
    expect(errors).toEqual([])
  })
})

const reason = await orthancUnavailable()

describe.skipIf(reason !== undefined)(`Orthanc as a client${reason === undefined ? '' : ` (${reason})`}`, () => {
  test('searches, retrieves and stores, with a password', { timeout: 900_000 }, async () => {
    const password = 'a-token-0123456789'
    const access = tokenAccess({ write: [password] })
    const files = await series(6)
    const { url, folder, search, get, errors } = await rig({
      files: Object.fromEntries(files.map((file) => [file.path, file.bytes])),
      stow: uidLayout,
    })
    const guarded = await rig({ stow: uidLayout, access })
    const orthanc = await startOrthanc({
      peers: { open: { url }, guarded: { url: guarded.url, login: { user: 'orthanc', password } } },
    })
    onTestFinished(async () => await orthanc.stop())
    const { studyInstanceUID = '' } = files[0]?.image ?? {}
    const open = orthancClient(orthanc, 'open')
    const [study] = await open.search('/studies', { StudyInstanceUID: studyInstanceUID })
    expect(study?.['0020000D']?.Value).toBe(studyInstanceUID)
    expect(await open.retrieve({ Study: studyInstanceUID })).toBe(6)
    const inOrthanc = await dicomwebClient(orthanc).retrieveStudy({ studyInstanceUID })
    expect(sorted(inOrthanc)).toEqual(sorted(files.map(({ bytes }) => bytes)))
    // And on, to another store.
    await orthancClient(orthanc, 'guarded').store(studyInstanceUID)
    for (const { image, bytes } of files) {
      const { seriesInstanceUID, sopInstanceUID } = image
      const stored = join(guarded.folder, studyInstanceUID, seriesInstanceUID, `${sopInstanceUID}.dcm`)
      expect((await readFile(stored)).equals(bytes)).toBe(true)
    }
    // What is there already is no trouble.
    await orthancClient(orthanc, 'guarded').store(studyInstanceUID)
    expect(await search('/instances')).toHaveLength(6)
    expect((await get('/studies')).status).toBe(200)
    expect([folder, ...errors, ...guarded.errors]).toEqual([folder])
  })
})
