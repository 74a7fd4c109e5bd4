import { describe, expect, test, vi } from 'vitest'

import { createJobSpec } from '../create-job-spec.ts'
import type { JournalUnit, PlannedEntry } from './journal.ts'
import { memoryJournal } from './memory-journal.ts'
import { SqliteDatabase } from './sqlite-database.ts'
import { SqliteJournal } from './sqlite-journal.ts'
import { insertJob, journalSchema } from './sqlite-schema.ts'

const spec = createJobSpec({ from: 'memory:a', to: 'memory:b' })

const alone = (units: readonly JournalUnit[]) => units.flatMap(({ entries }) => entries)

function planned(count: number): PlannedEntry[] {
  return Array.from({ length: count }, (_, index) => {
    const path = `${index}.dcm`
    return { source: { path, size: index }, target: path }
  })
}

test('hands every entry over once, released ones again', async () => {
  const journal = memoryJournal(spec)
  await journal.addEntries(planned(10))
  await journal.finishPlan('complete')
  const first = alone(await journal.take(4)).map(({ id, begun, existing }) => [id, begun, existing])
  expect(first).toEqual([1, 2, 3, 4].map((id) => [id, false, undefined]))
  expect(alone(await journal.take(4)).map(({ id }) => id)).toEqual([5, 6, 7, 8])
  await journal.record({ type: 'released', id: 2 })
  const again = alone(await journal.take(10))
  expect(again.map(({ id, begun }) => [id, begun])).toEqual([
    [2, true],
    [9, false],
    [10, false],
  ])
  expect(await journal.take(10)).toEqual([])
  await journal.close()
})

test('shows what it will hand over next, and changes nothing by that', async () => {
  const journal = memoryJournal(spec)
  const entries = planned(10)
  await journal.addEntries(entries.map((one, index) => (index === 6 ? { ...one, parcel: 'p' } : one)))
  await journal.addExisting([{ path: '4.dcm', size: 3 }])
  await journal.finishPlan('complete')
  await journal.take(3)
  const shown = await journal.upcoming(0, 5)
  expect(shown.map(({ id, existing }) => [id, existing])).toEqual([
    [4, undefined],
    [5, { path: '4.dcm', size: 3 }],
    [6, undefined],
    [8, undefined],
    [9, undefined],
  ])
  expect((await journal.upcoming(9, 5)).map(({ id }) => id)).toEqual([10])
  expect(alone(await journal.take(7)).map(({ id }) => id)).toEqual([4, 5, 6, 7, 8, 9, 10])
  expect(await journal.upcoming(0, 5)).toEqual([])
  await journal.close()
})

describe('pending entries', () => {
  const ids = (units: readonly JournalUnit[]) => alone(units).map(({ id }) => id)

  test('are read many at a time', async () => {
    const database = SqliteDatabase.create(':memory:')
    database.exec(journalSchema)
    database.run(insertJob, '{}')
    const journal = SqliteJournal.over(database, spec)
    await journal.addEntries(planned(1000))
    await journal.finishPlan('complete')
    const all = vi.spyOn(database, 'all')
    const taken: number[] = []
    for (let last = -1; last !== taken.length;) {
      last = taken.length
      taken.push(...ids(await journal.take(4)))
    }
    expect(taken).toEqual(Array.from({ length: 1000 }, (_, index) => index + 1))
    expect(all.mock.calls.length).toBeLessThan(10)
    await journal.close()
  })

  test('are those of the moment, whatever was read ahead', async () => {
    const journal = memoryJournal(spec)
    const entries = planned(9)
    await journal.addEntries(entries.map((one, index) => (index % 4 === 1 ? { ...one, parcel: 'p' } : one)))
    await journal.finishPlan('complete')
    // The second takes all of its parcel with it.
    expect(ids(await journal.take(3))).toEqual([1, 2, 6, 3])
    // One of a parcel is pending again though its id is ahead, and so is an earlier one.
    await Promise.all([6, 1].map(async (id) => await journal.record({ type: 'released', id })))
    expect(ids(await journal.take(1))).toEqual([1])
    expect(ids(await journal.take(3))).toEqual([4, 5, 6])
    const upload = { id: 'u', path: '6.dcm' }
    await journal.record({ type: 'begun', id: 7, upload })
    expect(alone(await journal.take(1))).toMatchObject([{ id: 7, upload }])
    expect(ids(await journal.take(9, 1))).toEqual([8])
    expect(ids(await journal.take(9))).toEqual([9])
    await journal.close()
  })
})
