import { Store } from '@gantry/core'
import { memory, MemoryContents } from '@gantry/memory'
import { expect, test } from 'vitest'

import { createJobSpec } from './create-job-spec.ts'
import { memoryJournal } from './journal/memory-journal.ts'
import { openJob } from './open-job.ts'

test.each([
  ['a tier', { tier: 'COLD' }],
  ['retention', { retainUntil: Date.UTC(2040, 0) }],
])('%s that the destination does not have is refused before anything is sent', async (_, wanted) => {
  const contents = new MemoryContents()
  const [from, to] = [new Store(memory()), new Store(memory({ contents }))]
  const journal = memoryJournal(createJobSpec({ from: from.url, to: to.url, ...wanted }))
  await expect(openJob({ from, to, journal })).rejects.toMatchObject({ code: 'unsupported' })
  expect(contents.entries.size).toBe(0)
})
