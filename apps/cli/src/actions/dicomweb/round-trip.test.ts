import { copyFile, mkdir, readFile, rm } from 'node:fs/promises'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

import { readImageFile } from '@gantry/dicom/node'
import { writePhantom } from '@gantry/testkit/phantom'
import { expect, test } from 'vitest'

import type { RunResult } from '../../../testing/run.ts'
import { Workbench } from '../../../testing/workbench.ts'

const shared = process.env['GANTRY_DATA'] ?? join(import.meta.dirname, '../../../../../../shared/data')

/** Serves a folder that takes images, for as long as `work` takes. */
async function serving(bench: Workbench, work: (place: string) => Promise<void>): Promise<void> {
  let failed: unknown
  let isBegun = false
  const { code } = await bench.gantry(['serve', 'archive', '--stow', '--port', '0', '--quiet'], {
    watch(text, interrupt) {
      const root = /DICOMweb (http\S+)/u.exec(text)?.[1]
      if (isBegun || root === undefined) return
      isBegun = true
      void work(root.replace('http:', 'dicomweb+http:'))
        .catch((error: unknown) => {
          failed = error
        })
        .then(() => interrupt('signal'))
    },
  })
  if (failed !== undefined) throw failed as Error
  expect(code).toBe(0)
}

async function contentsOf(bench: Workbench, folder: string): Promise<string[]> {
  const files = (await bench.files(folder)).map(async (path) => await readFile(bench.path(folder, path), 'base64'))
  return (await Promise.all(files)).toSorted((a, b) => (a < b ? -1 : 1))
}

async function expectRoundTrip(bench: Workbench): Promise<void> {
  await mkdir(bench.path('archive'))
  await serving(bench, async (place) => {
    const there = await bench.gantry(['copy', 'source', place, '--quiet'])
    expect([there.code, there.stderr]).toEqual([0, ''])
    const back = await bench.gantry(['copy', place, 'back', '--quiet'])
    expect([back.code, back.stderr]).toEqual([0, ''])
  })
  const sent = await contentsOf(bench, 'source')
  expect(await contentsOf(bench, 'archive')).toEqual(sent)
  expect(await contentsOf(bench, 'back')).toEqual(sent)
}

test('a study goes into what is served, and comes back, byte by byte', { timeout: 300_000 }, async () => {
  await using bench = await Workbench.make()
  await writePhantom(bench.path('source'), { size: 64, slices: 12, series: 2, studies: 2 })
  await expectRoundTrip(bench)
})

test('a study is shared from where it is served, and opened byte by byte', { timeout: 120_000 }, async () => {
  await using bench = await Workbench.make()
  await writePhantom(bench.path('source'), { size: 32, slices: 4, studies: 2 })
  await mkdir(bench.path('archive'))
  await serving(bench, async (place) => {
    expect((await bench.gantry(['copy', 'source', place, '--quiet'])).code).toBe(0)
    const study = (await bench.files('archive'))[0]?.split('/')[0] ?? ''
    const made = await bench.gantry(['share', place, '--study', study, '--to', './kept', '--quiet'])
    expect([made.code, made.stderr]).toEqual([0, ''])
    expect((await bench.gantry(['open', made.stdout.trim(), 'back', '--from', './kept'])).code).toBe(0)
    await rm(bench.path('back/workspace.json'))
    expect(await contentsOf(bench, 'back')).toEqual(await contentsOf(bench, `archive/${study}`))
    expect(await bench.files('back')).toHaveLength(4)
  })
})

/** Entries that a run of a copy moved. */
function moved({ json }: RunResult): number {
  return json.filter(({ type }) => type === 'entry:done').length
}

/** Breaks a copy off after the first of it, asks for it again, and counts what both have moved. */
async function copyTwice(bench: Workbench, source: string, destination: string): Promise<number> {
  const copy = ['copy', source, destination, '--jobs', '1', '--json']
  const broken = await bench.gantry([...copy, '--bwlimit', '100k'], {
    watch(text, interrupt) {
      if (text.includes('"entry:done"')) interrupt('signal')
    },
  })
  expect(broken.code).toBe(130)
  const again = await bench.gantry(copy)
  expect(again.code).toBe(0)
  return moved(broken) + moved(again)
}

test('a copy that was broken off sends and fetches nothing twice when it is asked for again', async () => {
  await using bench = await Workbench.make()
  // More than one request takes.
  await writePhantom(bench.path('source'), { size: 8, slices: 75, series: 2 })
  await mkdir(bench.path('archive'))
  await serving(bench, async (place) => {
    expect(await copyTwice(bench, 'source', place)).toBe(150)
    expect(await copyTwice(bench, place, 'back')).toBe(150)
  })
  const sent = await contentsOf(bench, 'source')
  expect(await contentsOf(bench, 'archive')).toEqual(sent)
  expect(await contentsOf(bench, 'back')).toEqual(sent)
})

const hasShared = existsSync(join(shared, 'dicom'))

test.skipIf(!hasShared)(`so do real images${hasShared ? '' : ' (no data here)'}`, { timeout: 600_000 }, async () => {
  await using bench = await Workbench.make()
  await mkdir(bench.path('source'))
  const seen = new Set<string>()
  const files = readdirSync(join(shared, 'dicom'), { recursive: true, withFileTypes: true }).filter((one) =>
    one.isFile(),
  )
  for (const { parentPath, name } of files) {
    const { image } = (await readImageFile(join(parentPath, name)).catch(() => undefined)) ?? {}
    if (image === undefined) continue
    const { studyInstanceUID, seriesInstanceUID, sopInstanceUID } = image
    const uids = [studyInstanceUID, seriesInstanceUID, sopInstanceUID]
    // A store keeps one file of an image.
    if (seen.has(uids.join('/'))) continue
    seen.add(uids.join('/'))
    await copyFile(join(parentPath, name), bench.path('source', `${seen.size}.dcm`))
  }
  expect(seen.size).toBeGreaterThan(600)
  await expectRoundTrip(bench)
})
