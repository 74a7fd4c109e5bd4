import { type Entry, imageLayout } from '@gantry/core'
import { describe, expect, test } from 'vitest'

import { compareStores } from './compare-stores.ts'
import { createDownload } from './download/index.ts'
import { all } from './testing/all.ts'
import { namesOf } from './testing/contents.ts'
import { downloadRig } from './testing/download-rig.ts'
import { parcelSide } from './testing/parcel-side.ts'
import { few, rig, type Side, side } from './testing/rig.ts'
import type { ScriptedDriver } from './testing/scripted-driver.ts'

/** Lists everything twice, as a storage may that is changed meanwhile; the first time with another size. */
function repeating<Made extends { readonly driver: ScriptedDriver }>(made: Made): Made {
  const { driver } = made
  const list = driver.list.bind(driver)
  driver.list = async function* (selection, call): AsyncGenerator<Entry, void, undefined> {
    for await (const entry of list(selection, call)) yield { ...entry, size: 1 }
    yield* list(selection, call)
  }
  return made
}

const sides: Record<string, () => { from?: Side; to?: Side }> = {
  'into paths as they are': () => ({}),
  'into images': () => ({ to: side({ abilities: { layout: '{StudyInstanceUID}' } }) }),
  'in parcels': () => ({ from: parcelSide({ fetch: { unit: { entries: 2, bytes: 10_000 }, sideBySide: false } }) }),
}

describe('an entry that is listed twice is one', () => {
  test.for(Object.keys(sides))('to a job: %s', async (way) => {
    const { from = side(), to } = sides[way]?.() ?? {}
    const made = await rig({ entries: few(3), from: repeating(from), ...(to && { to }) })
    const job = await made.open({ layout: ({ path }) => path })
    expect(await job.plan()).toMatchObject({ progress: { total: { entries: 3, bytes: 3000 } } })
    const { progress } = await job.run()
    expect(progress).toMatchObject({ total: { entries: 3, bytes: 3000 }, done: { entries: 3 }, failed: { entries: 0 } })
    expect(await made.arrived()).toEqual(namesOf(few(3)))
  })

  test('also where it has no place', async () => {
    const made = await rig({ entries: few(2), from: repeating(side()) })
    const { progress } = await (await made.open({ layout: imageLayout('{StudyInstanceUID}') })).run()
    expect(progress).toMatchObject({ total: { entries: 2 }, failed: { entries: 2 } })
  })

  test('to who compares', async () => {
    const made = await rig({ entries: few(3), from: repeating(side()) })
    let listed = 0
    const options = { onListed: ({ entries }: { entries: number }) => void (listed += entries) }
    const compared = await all(compareStores({ from: made.from.store, to: made.to.store, ...options }))
    expect(compared.map(({ path, target }) => [path, target])).toEqual([...few(3).keys()].map((path) => [path, path]))
    expect(listed).toBe(3)
  })

  test('to a download, and what it counts', async () => {
    const { source, store, directory, files } = await downloadRig()
    repeating({ driver: source })
    const download = createDownload({ store, directory })
    expect(await download.getStats(['1.2.3'])).toMatchObject({ totalSizeBytes: 470_001, items: { length: 4 } })
    expect(await download.download(['1.2.3', '1.2.4']).start()).toMatchObject({ complete: true })
    expect((await all(directory.list())).map(({ path }) => path).sort()).toEqual([...files.keys()].sort())
  })
})
