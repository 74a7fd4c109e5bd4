import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, onTestFinished, test } from 'vitest'

import { contentsOf, fill, fillFolder, namesOf } from './testing/contents.ts'
import type { CopyRequest } from './testing/copy-process.ts'
import { counts, killAndResume, kills, startPlaces } from './testing/kill-and-resume.ts'
import { openPlace } from './testing/open-place.ts'
import { randomBytesFrom } from './testing/random.ts'
import { temporaryFolder } from './testing/temporary-folder.ts'

const unit = { entries: 25, bytes: 2 ** 30 }

function study(): Map<string, Uint8Array> {
  const indices = Array.from({ length: 120 }, (_, index) => index)
  return new Map(
    indices.map((index) => [`series ${index % 3}/${index}.dcm`, randomBytesFrom(index + 1, 3_000 + index * 503)]),
  )
}

function parcelPlace(resumable: boolean) {
  const log = join(temporaryFolder(), 'log')
  writeFileSync(log, '')
  const parcels = { fetch: { unit, sideBySide: true }, store: { unit, resumable } }
  return { folder: temporaryFolder(), staging: temporaryFolder(), parcels, log }
}

describe(`kill -9 at ${kills} instants with parcels, then resume`, { timeout: 300_000 }, () => {
  test('bucket to parcels that can be gone on with: no byte is lost, nothing done is committed again', async () => {
    const { proxy, bucket } = await startPlaces()
    const from = openPlace(bucket)
    onTestFinished(() => from.close())
    const entries = study()
    await fill(from, entries)
    const inParcels = parcelPlace(true)
    const request: CopyRequest = { jobs: temporaryFolder(), id: 'kill-in', from: bucket, to: { inParcels } }
    const { result, failures } = await killAndResume(request, proxy, 3, async () => {})

    expect(failures).toEqual([])
    expect(result).toMatchObject({ phase: 'completed', progress: { done: { entries: entries.size } } })
    expect(await contentsOf(openPlace({ folder: inParcels.folder }))).toEqual(namesOf(entries))
    // Neither of this process nor of those that were killed: they are gone on with, or discarded.
    expect(readdirSync(inParcels.staging)).toEqual([])
    // The folder tells no digests: what a killed commit published is published once more, and nothing that was recorded.
    const published = readFileSync(inParcels.log, 'utf8').trim().split('\n')
    expect(published.length).toBeLessThanOrEqual(entries.size + 2 * unit.entries)
  })

  test('parcels to bucket: every byte is there, nothing was stored twice', async () => {
    const { proxy, bucket } = await startPlaces()
    const inParcels = parcelPlace(false)
    const entries = study()
    fillFolder(inParcels.folder, entries)
    const request: CopyRequest = { jobs: temporaryFolder(), id: 'kill-out', from: { inParcels }, to: bucket }
    const { result, failures } = await killAndResume(request, proxy, 4, async () => {})

    expect(failures).toEqual([])
    expect(result).toMatchObject({ phase: 'completed', unverified: 0, progress: { done: { entries: entries.size } } })
    const to = openPlace(bucket)
    onTestFinished(() => to.close())
    expect([...counts(proxy, ({ method }) => method === 'PUT')].filter(([, times]) => times > 1)).toEqual([])
    expect(await contentsOf(to)).toEqual(namesOf(entries))
  })
})
