import type { Entry } from '@gantry/core'
import { describe, expect, test } from 'vitest'

import { compareStores } from './compare-stores.ts'
import { all } from './testing/all.ts'
import { fill, namesOf } from './testing/contents.ts'
import { parcelSide } from './testing/parcel-side.ts'
import { few, rig, type Side, side } from './testing/rig.ts'

/** A store that learns sizes by reading alone, and tells nothing else that could stand in for them. */
function unsized(): Side {
  const entry = ({ size: _size, digests: _digests, version: _version, ...rest }: Entry): Entry => rest
  return side({ entry, abilities: { versions: false, digests: [] } })
}

describe('entries whose sizes the source does not tell', () => {
  test('count no bytes in the plan and their own when they are done', async () => {
    const made = await rig({ entries: few(5), from: unsized(), spec: { concurrency: 1 } })
    const job = await made.open()
    expect((await job.plan()).progress).toMatchObject({ sized: false, total: { entries: 5, bytes: 0 } })
    const seen: { bytes: number; total: number }[] = []
    job.on('entry:done', ({ bytes }) => {
      expect(bytes).toBe(1000)
      seen.push({ bytes: job.progress.bytes, total: job.progress.total.bytes })
    })
    const { phase, progress } = await job.run()
    expect(phase).toBe('completed')
    expect(progress).toMatchObject({
      done: { entries: 5, bytes: 5000 },
      total: { entries: 5, bytes: 5000 },
      bytes: 5000,
    })
    expect(progress.eta).toBeUndefined()
    expect(seen.map(({ bytes }) => bytes)).toEqual([1000, 2000, 3000, 4000, 5000])
    for (const { bytes, total } of seen) expect(bytes).toBeLessThanOrEqual(total)
    expect(await made.arrived()).toEqual(namesOf(few(5)))
    // What was learned is journalled.
    expect(await made.journal.load()).toMatchObject({ sized: true, done: { entries: 5, bytes: 5000 } })
    expect(await all(made.journal.receipts())).toHaveLength(5)
  })

  test('are never the same by what is known of them, and are verified by their bytes', async () => {
    const from = unsized()
    const made = await rig({ entries: few(3), from, spec: { verify: true } })
    await fill(made.to.direct, few(3), 5)
    const { phase, progress } = await (await made.open()).run()
    expect(phase).toBe('completed')
    // Digested at the source, because the destination tells what it has: so their sizes are learned.
    expect(progress).toMatchObject({
      total: { entries: 3, bytes: 3000 },
      skipped: { entries: 3, bytes: 3000 },
      done: { entries: 0 },
      bytes: 3000,
    })
    expect(await made.journal.load()).toMatchObject({ sized: true, skipped: { entries: 3, bytes: 3000 } })
    expect(from.driver.count('read')).toBeGreaterThanOrEqual(3)
  })

  test('teach how long they are in parcels, too', async () => {
    const to = parcelSide({ store: { unit: { entries: 2, bytes: 1e9 }, resumable: false } }, ['crc32'])
    const made = await rig({ entries: few(3), from: unsized(), to })
    await fill(to.direct, few(3), 5)
    const job = await made.open()
    const told: number[] = []
    job.on('entry:skip', ({ bytes }) => void told.push(bytes))
    const { progress } = await job.run()
    expect(progress).toMatchObject({ total: { bytes: 3000 }, skipped: { entries: 3, bytes: 3000 }, compared: 3000 })
    expect(told).toEqual([1000, 1000, 1000])
    expect(await made.journal.load()).toMatchObject({ sized: true, skipped: { bytes: 3000 } })
  })

  test('arrive also where the destination does not tell sizes', async () => {
    const made = await rig({ entries: few(3), to: unsized(), spec: { verify: true } })
    const { phase, unverified } = await (await made.open()).run()
    expect({ phase, unverified }).toEqual({ phase: 'completed', unverified: 0 })
    expect(await made.arrived()).toEqual(namesOf(few(3)))
  })

  test('are compared by what can be told', async () => {
    const [from, to] = [unsized(), side()]
    await fill(from.direct, few(3))
    await fill(to.direct, new Map([...few(2), ['2.dcm', new Uint8Array(1000)]]))
    const compared = await all(compareStores({ from: from.store, to: to.store }))
    expect(compared.map(({ outcome, bytes }) => [outcome, bytes])).toEqual([
      ['same', 1000],
      ['same', 1000],
      ['different', 1000],
    ])
  })
})
