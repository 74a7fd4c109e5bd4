import { type JobSpec, Store } from '@gantry/core'
import { memory, MemoryContents } from '@gantry/memory'
import { expect, test } from 'vitest'

import { createJobSpec } from './create-job-spec.ts'
import type { JobOptions } from './job.ts'
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

test('the pace of this process counts, and what the spec says of what is left out', async () => {
  const opened = async (pace: JobOptions['pace'], spec: object = {}) => {
    const [from, to] = [new Store(memory()), new Store(memory())]
    const journal = memoryJournal(createJobSpec({ from: from.url, to: to.url, concurrency: 3, ...spec }))
    return await openJob({ from, to, journal, ...(pace !== undefined && { pace }) })
  }
  expect((await opened(undefined)).state.limits.concurrency).toBe(3)
  expect((await opened({ concurrency: 7 })).state.limits.concurrency).toBe(7)
  expect((await opened({ bandwidth: 1000 })).state.limits.concurrency).toBe(3)
  await expect(opened({ concurrency: 0 })).rejects.toMatchObject({ code: 'invalid' })
  await expect(opened({ bandwidth: -1 })).rejects.toMatchObject({ code: 'invalid' })
})

test('a journal is not gone on with at another place, unless that is said', async () => {
  const at = (url: string) => new Store(memory(), { url })
  const spec = { from: 'memory://a', to: 's3:b' }
  const open = async (given: Partial<JobSpec>, from: string, to: string, moved?: true) => {
    const journal = memoryJournal(createJobSpec({ ...spec, ...given }))
    return await openJob({ from: at(from), to: at(to), journal, ...(moved && { moved }) })
  }
  await expect(open({}, 'memory://z', 's3://x/b')).rejects.toMatchObject({ code: 'invalid' })
  await expect(open({ to: 's3://one/p' }, 'memory://a', 's3://two/p')).rejects.toMatchObject({ code: 'invalid' })
  await open({ to: 's3://one/p' }, 'memory://a', 's3://two/p', true)
  // The same, otherwise written; and names that say nothing.
  await open({ to: 's3://one/p?endpoint=http://x' }, 'memory://a/', 's3://one/p/')
  await open({}, 'memory:', 's3://x/b')
})
