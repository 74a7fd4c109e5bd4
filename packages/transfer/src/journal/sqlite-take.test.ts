import { expect, test } from 'vitest'

import { createJobSpec } from '../create-job-spec.ts'
import type { JournalUnit, PlannedEntry } from './journal.ts'
import { memoryJournal } from './memory-journal.ts'

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
