import { type DigestAlgorithm, GantryError, type ErrorCode, Store } from '@gantry/core'
import { memory, MemoryContents } from '@gantry/memory'
import { onTestFinished } from 'vitest'

import { createJobSpec, type NewJob } from '../create-job-spec.ts'
import type { Job, JobOptions } from '../job.ts'
import { memoryJournal } from '../journal/memory-journal.ts'
import { openJob } from '../open-job.ts'
import { nodeHashing } from '../platform/hashing.ts'
import { contentsOf, type Entries, fill } from './contents.ts'
import { type Script, ScriptedDriver } from './scripted-driver.ts'

export interface Side {
  readonly driver: ScriptedDriver
  readonly store: Store
  readonly contents: MemoryContents
  /** By another way than the scripted one. */
  readonly direct: Store
}

/** A memory store that does what a script says; `digests` are those that it tells. */
export function side(script: Script = {}, digests: readonly DigestAlgorithm[] = ['sha256']): Side {
  const contents = new MemoryContents()
  const open = () => memory({ contents, digests: { algorithms: digests, hashing: nodeHashing } })
  const driver = new ScriptedDriver(open(), script)
  return { driver, contents, store: new Store(driver), direct: new Store(open()) }
}

export interface Rig {
  readonly from: Side
  readonly to: Side
  readonly journal: ReturnType<typeof memoryJournal>
  /** As another process would: on the same journal. */
  readonly open: (options?: Partial<JobOptions>) => Promise<Job>
  readonly arrived: () => Promise<string[]>
}

/** Two stores and a job between them. */
export async function rig(options: {
  readonly entries: Entries
  readonly from?: Side
  readonly to?: Side
  readonly spec?: Partial<NewJob>
}): Promise<Rig> {
  const { entries, from = side(), to = side(), spec = {} } = options
  await fill(from.direct, entries)
  const journal = memoryJournal(createJobSpec({ from: 'memory:a', to: 'memory:b', ...spec }))
  onTestFinished(() => journal.close())
  return {
    from,
    to,
    journal,
    async open(more = {}) {
      const retryTiming = { base: 1, longest: 5 }
      return await openJob({ from: from.store, to: to.store, journal, retryTiming, stall: 5000, ...more })
    },
    arrived: async () => await contentsOf(to.direct),
  }
}

/** Small entries, named `0.dcm` and so on. */
export function few(count: number, size = 1000): Map<string, Uint8Array> {
  return new Map(Array.from({ length: count }, (_, index) => [`${index}.dcm`, new Uint8Array(size).fill(index + 1)]))
}

export function failing(code: ErrorCode, more: { readonly retryAfter?: number } = {}): never {
  throw new GantryError(code, 'As the script says.', more)
}
