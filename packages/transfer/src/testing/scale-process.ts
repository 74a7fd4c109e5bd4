// A process of its own, whose memory is its own: does all but a thousandth of a job of many entries, or goes on with it.
import { setFlagsFromString } from 'node:v8'

import { bytesOf, type Entry, Store } from '@gantry/core'
import type { StoreDriver } from '@gantry/core/driver'

import { createJobSpec } from '../create-job-spec.ts'
import { jobFolder } from '../journal/job-folder.ts'
import { openJob } from '../open-job.ts'

export interface ScaleAnswer {
  readonly phase: string
  readonly done: number
  /** Calls of the source. */
  readonly lists: number
  readonly reads: number
  /** Of the destination. */
  readonly commits: number
  /** Most bytes of memory that the process had. */
  readonly memory: number
}

const size = 16
const body = new Uint8Array(size)
const calls = { lists: 0, reads: 0, commits: 0 }

/** All entries are one series, which moves as one. */
const inParcels = process.argv[5] === 'as one series'
const image = { studyInstanceUID: '1.2', seriesInstanceUID: '1.2.3', sopInstanceUID: '1', sopClassUID: '2' }
const unit = 'series'

function made(entries: number): StoreDriver {
  return {
    contract: 1,
    scheme: 'made',
    abilities: {
      write: true,
      remove: true,
      conditional: false,
      versions: false,
      digests: [],
      modified: 'stored',
      order: 'path',
      longestPath: 1024,
      longestSegment: 255,
      ...(inParcels && { parcels: { fetch: { unit, sideBySide: true }, store: { unit, resumable: false } } }),
    },
    async *list(): AsyncGenerator<Entry, void, undefined> {
      if (entries > 0) calls.lists += 1
      for (let index = 0; index < entries; index += 1) {
        yield { path: `study-${index % 100}/1.2.840.${index}.dcm`, size, version: `v${index}`, modified: index, image }
      }
    },
    stat: async (path) => ({ path, size }),
    async read({ path }) {
      calls.reads += 1
      return { entry: { path, size }, body: bytesOf(body) }
    },
    async write(entry, bytes) {
      for await (const _ of bytes);
      return { path: entry.path, size }
    },
    codeOf: () => undefined,
    parcels: {
      async *fetch(refs) {
        for (const { path } of refs) {
          calls.reads += 1
          yield { entry: { path, size }, body: bytesOf(body) }
        }
      },
      async store() {
        const added: Entry[] = []
        return {
          has: new Set<string>(),
          async add({ path }, bytes) {
            for await (const _ of bytes);
            added.push({ path, size })
          },
          async commit() {
            calls.commits += 1
            return added.map((entry) => ({ path: entry.path, entry }))
          },
          abort: async () => {},
        }
      },
    },
  }
}

// As the command line does: V8 lets its nursery grow with the machine's memory, not with need.
setFlagsFromString('--semi-space-growth-factor=1')
const [folder = '', count = '', step = ''] = process.argv.slice(2)
const entries = Number(count)
const jobs = jobFolder(folder)
const journal =
  step === 'begin'
    ? jobs.create(createJobSpec({ id: 'many', from: 'made:', to: 'made:', concurrency: 16 }))
    : jobs.open('many')
const job = await openJob({ from: new Store(made(entries)), to: new Store(made(0)), journal })
job.on('entry:done', () => {
  if (step === 'begin' && job.state.done.entries === entries * 0.999) void job.pause()
})
const { phase, progress } = await job.run()
await journal.close()
const memory = process.resourceUsage().maxRSS * 1024
const answer: ScaleAnswer = { phase, done: progress.done.entries, ...calls, memory }
process.stdout.write(JSON.stringify(answer))
