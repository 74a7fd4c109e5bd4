import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Store } from '@gantry/core'
import { identifying } from '@gantry/dicom'
import { fs } from '@gantry/fs'
import { s3 } from '@gantry/s3'
import { writePhantom } from '@gantry/testkit/phantom'
import { startS3Server } from '@gantry/testkit/s3-server'
import { createJobSpec, memoryJournal, openJob } from '@gantry/transfer'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'

import { checkCod, cod } from './index.ts'
import { pathsOf } from './series/series-name.ts'
import { put } from './testing/fixtures.ts'
import { contentOf, pathsIn } from './testing/stored.ts'
import { watched } from './testing/watched.ts'

const folder = await mkdtemp(join(tmpdir(), 'cod-copy-'))
afterAll(async () => await rm(folder, { recursive: true }))

async function copy(from: Store, to: Store, verify = true) {
  const journal = memoryJournal(createJobSpec({ from: from.url, to: to.url, verify }))
  const job = await openJob({ from, to, journal, identify: identifying() })
  return await job.run()
}

describe('copies', { timeout: 120_000 }, () => {
  test('from a folder, and back into one', async () => {
    const files = await writePhantom(join(folder, 'source'), { size: 64, slices: 12, series: 2, studies: 2 })
    const source = new Store(fs({ root: join(folder, 'source') }))
    const given = watched(fs({ root: join(folder, 'tree') }))
    const series = new Set(files.map(({ image }) => image.seriesInstanceUID)).size

    const there = await copy(source, new Store(cod(given.store)))
    expect(there).toMatchObject({ phase: 'completed', unverified: 0, progress: { done: { entries: 48 } } })
    // By series: one tar, one index, one metadata.json each, and its lock.
    expect((await pathsIn(given.store)).filter((path) => path.endsWith('.tar'))).toHaveLength(series)
    expect(given.calls.filter((call) => call === 'write')).toHaveLength(series * 3)
    for await (const result of checkCod(given.store)) expect(result).toMatchObject({ type: 'series', errors: 0 })

    given.reset()
    const back = new Store(fs({ root: join(folder, 'back') }))
    const here = await copy(new Store(cod(given.store)), back)
    expect(here).toMatchObject({ phase: 'completed', progress: { done: { entries: 48 } } })
    // Each tar is read once.
    expect(given.reads.filter(({ path }) => path.endsWith('.tar'))).toHaveLength(series)
    for (const { path, image } of files) {
      const { studyInstanceUID: study, seriesInstanceUID: uid, sopInstanceUID } = image
      const copied = `${pathsOf({ study, series: uid }).folder}/instances/${sopInstanceUID}.dcm`
      expect((await contentOf(back, copied)).equals(await contentOf(source, path))).toBe(true)
    }

    const again = await copy(source, new Store(cod(given.store)))
    expect(again).toMatchObject({ phase: 'completed', progress: { skipped: { entries: 48 }, done: { entries: 0 } } })
  })

  test('a second time, by what both sides tell: no tar is read', async () => {
    await writePhantom(join(folder, 'once'), { size: 64, slices: 12 })
    const given = watched(fs({ root: join(folder, 'once-tree') }))
    await copy(new Store(fs({ root: join(folder, 'once') })), new Store(cod(given.store)))
    const server = await startS3Server({ buckets: ['gantry'] })
    onTestFinished(async () => await server.close())
    const { url: endpoint, region, credentials } = server
    const to = () => new Store(s3({ bucket: 'gantry', endpoint, region, credentials }))
    expect(await copy(new Store(cod(given.store)), to())).toMatchObject({ progress: { done: { entries: 12 } } })
    given.reset()
    expect(await copy(new Store(cod(given.store)), to(), false)).toMatchObject({
      progress: { skipped: { entries: 12 } },
    })
    expect(given.reads.filter(({ path }) => path.endsWith('.tar'))).toEqual([])
  })

  test('into a series whose tar is cut off: fail at once, having read it once', async () => {
    const files = await writePhantom(join(folder, 'more'), { size: 64, slices: 8 })
    const source = new Store(fs({ root: join(folder, 'more') }))
    const given = watched(fs({ root: join(folder, 'more-tree') }))
    const to = new Store(cod(given.store))
    const names = files.map(({ path }) => path).toSorted()
    const journal = memoryJournal(
      createJobSpec({ from: source.url, to: to.url, selection: { include: names.slice(0, 3) } }),
    )
    await (await openJob({ from: source, to, journal, identify: identifying() })).run()
    const tar = (await pathsIn(given.store)).find((path) => path.endsWith('.tar')) ?? ''
    const whole = await contentOf(given.store, tar)
    await put(given.store, tar, whole.subarray(0, whole.length - 7000))
    given.reset()

    const { phase, progress } = await copy(source, new Store(cod(given.store)))
    expect(phase).toBe('completed')
    // The cut went through the last one.
    expect(progress).toMatchObject({ skipped: { entries: 2 }, failed: { entries: 6 }, retries: 0 })
    expect(given.reads.filter(({ path, range }) => path === tar && range === undefined)).toHaveLength(1)
  })
})
