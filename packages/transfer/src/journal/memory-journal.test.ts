import { describe, expect, test } from 'vitest'

import { createJobSpec } from '../create-job-spec.ts'
import type { PlannedEntry } from './journal.ts'
import { memoryJournal } from './memory-journal.ts'

function spec(id: string) {
  return createJobSpec({ id, from: 'memory:a', to: 'memory:b' })
}

function planned(count: number): PlannedEntry[] {
  return Array.from({ length: count }, (_, index) => ({
    source: { path: `${index}.dcm`, size: index },
    target: `${index}.dcm`,
  }))
}

describe('in memory', () => {
  test('what one journal held is not in the next, and whoever comes late is refused', async () => {
    for (let round = 0; round < 3; round += 1) {
      const journal = memoryJournal(spec(`job-${round}`))
      expect(await journal.load()).toMatchObject({ phase: 'draft', planned: false, total: { entries: 0 } })
      await journal.addEntries(planned(3))
      await journal.addExisting([{ path: 'old.dcm', size: 1 }])
      await journal.finishPlan('complete')
      const [first] = (await journal.take(1)).flatMap(({ entries }) => entries)
      expect(first).toMatchObject({ id: 1, existing: undefined, begun: false })
      expect((await journal.load()).total.entries).toBe(3)
      await journal.close()
      await expect(journal.load()).rejects.toMatchObject({ code: 'read_only' })
      await expect(journal.addEntries(planned(1))).rejects.toMatchObject({ code: 'read_only' })
    }
  })

  test('those that are open at once are apart', async () => {
    const journals = Array.from({ length: 20 }, (_, index) => memoryJournal(spec(`job-${index}`)))
    await Promise.all(journals.map(async (journal, index) => await journal.addEntries(planned(index))))
    const totals = await Promise.all(journals.map(async (journal) => (await journal.load()).total.entries))
    expect(totals).toEqual(journals.map((_, index) => index))
    for (const journal of journals) await journal.close()
  })
})
