import { realS3Servers } from '@gantry-tooling/servers/vitest'
import { Store } from '@gantry/core'
import { fs } from '@gantry/fs'
import { s3, type S3Options } from '@gantry/s3'
import { type Rule, startFaultProxy } from '@gantry/testkit/fault-proxy'
import { startS3Server } from '@gantry/testkit/s3-server'
import { describe, expect, test } from 'vitest'

import { createJobSpec } from './create-job-spec.ts'
import { memoryJournal } from './journal/memory-journal.ts'
import { openJob } from './open-job.ts'
import { all } from './testing/all.ts'
import { type Entries, contentsOf, fill, fillFolder, namesOf } from './testing/contents.ts'
import { emptyBucket } from './testing/empty-bucket.ts'
import { filesIn, type OnFinished, temporaryFolder } from './testing/temporary-folder.ts'
import { entriesOf, type SizeName, sizeNames, type Trouble, troubles } from './testing/troubles.ts'

/** Where the bucket is, behind the proxy; made for each test. */
type Serve = (onFinished: OnFinished) => Promise<S3Options & { readonly endpoint: string }>

interface Wanted {
  readonly serve: Serve
  readonly direction: 'up' | 'down'
  /** Tests of faults that pass run side by side, for much of their time is waiting: each has its own end. */
  readonly onFinished: OnFinished
}

async function prepare({ serve, direction, onFinished }: Wanted, entries: Entries, rules: readonly Rule[]) {
  const bucket = await serve(onFinished)
  const proxy = await startFaultProxy({ target: bucket.endpoint, schedule: [] })
  const open = (options: S3Options) => {
    const store = new Store(s3(options))
    onFinished(() => store.close())
    return store
  }
  onFinished(() => proxy.close())
  const direct = open(bucket)
  const proxied = open({ ...bucket, endpoint: proxy.url })
  const folder = temporaryFolder(onFinished)
  const local = new Store(fs({ root: folder, durability: 'cache' }))
  if (direction === 'up') fillFolder(folder, entries)
  else await fill(direct, entries)
  proxy.set(rules)
  const [from, to] = direction === 'up' ? [local, proxied] : [proxied, local]
  const journal = memoryJournal(createJobSpec({ from: from.url, to: to.url, concurrency: 4 }))
  onFinished(() => journal.close())
  return { proxy, direct, folder, from, to, journal, destination: direction === 'up' ? direct : local }
}

async function expectPassing(wanted: Wanted, size: SizeName, trouble: Trouble) {
  const entries = entriesOf(size)
  const { fault, match, times } = trouble
  const rig = await prepare(wanted, entries, [{ fault, match, ...(times !== undefined && { times }) }])
  const { proxy, journal, from, to, destination, folder, direct } = rig
  const job = await openJob({ from, to, journal, stall: 1500 })
  const result = await job.run()

  expect(proxy.injected).not.toEqual([])
  expect(await all(journal.failures())).toEqual([])
  expect(result).toMatchObject({ phase: 'completed' })
  expect(await contentsOf(destination)).toEqual(namesOf(entries))
  expect(filesIn(folder)).toEqual([...entries.keys()].sort())
  expect(await all(direct.uploads?.unfinished() ?? [])).toEqual([])
}

interface Chosen {
  /** Which are worth their time with such a server. */
  readonly chosen?: (trouble: Trouble) => boolean
  /** Why one of those has no turn; `undefined` of one that has. */
  readonly skipping?: (trouble: Trouble, size: SizeName) => string | undefined
}

function describeFaults(serve: Serve, { chosen = () => true, skipping = () => undefined }: Chosen) {
  for (const direction of ['up', 'down'] as const) {
    for (const size of sizeNames) {
      for (const trouble of troubles(direction, size).filter(chosen)) {
        const why = skipping(trouble, size)
        const name = `${trouble.name}${why === undefined ? '' : ` [${why}]`}`
        const options = { timeout: 60_000, skip: why !== undefined }
        test(`${direction}, ${size}: ${name}`, options, async ({ onTestFinished: onFinished }) => {
          await expectPassing({ serve, direction, onFinished }, size, trouble)
        })
      }
    }
  }
}

const serveDouble: Serve = async (onFinished) => {
  const server = await startS3Server({ buckets: ['gantry'] })
  onFinished(() => server.close())
  const { url, region, credentials } = server
  return { bucket: 'gantry', endpoint: url, region, credentials }
}

const isExtra = process.env['GANTRY_TEST_EXTRA'] !== undefined

describe.concurrent('through a network with faults that pass, to the S3 double', () => {
  let count = 0
  describeFaults(serveDouble, {
    skipping({ name }, size) {
      count += 1
      if (isExtra || (size === 'small entries' && name.includes('truncated'))) return undefined
      // `npm run chaos`, and its short form, have each fault for each backend.
      return count % 3 === 0 ? undefined : 'one of three, without --extra'
    },
  })
})

describe('through a network with faults that do not pass, to the S3 double', () => {
  const code: { readonly [name: string]: string } = {
    'a flipped bit': 'integrity',
    'the body truncated at 8/16': 'unavailable',
    'a stall in the body': 'timeout',
    'a reset at 5/16 of the body': 'unavailable',
    '503 with Retry-After': 'rate_limited',
    'a lost answer': 'unavailable',
  }
  for (const direction of ['up', 'down'] as const) {
    for (const size of sizeNames) {
      const lasting = troubles(direction, size).filter(({ name }) => name in code)
      test.for(lasting)(
        `${direction}, ${size}: $name`,
        { timeout: 60_000 },
        async ({ name, fault, match }, context) => {
          const entries = entriesOf(size)
          const wanted = { serve: serveDouble, direction, onFinished: context.onTestFinished } as const
          const rig = await prepare(wanted, entries, [{ fault, match }])
          const job = await openJob({
            from: rig.from,
            to: rig.to,
            journal: rig.journal,
            stall: 1000,
            limits: { attempts: 2 },
          })
          const { phase, progress } = await job.run()

          expect(phase).toBe('completed')
          // What arrived, though nobody was told, was found by looking: whole entries and parts.
          const failed = name === 'a lost answer' ? 0 : entries.size
          expect(progress.failed.entries).toBe(failed)
          expect(progress.done.entries).toBe(entries.size - failed)
          const failures = await all(rig.journal.failures())
          expect(new Set(failures.map((failure) => failure.code))).toEqual(new Set(failed > 0 ? [code[name]] : []))
          // Nothing wrong is there; and nothing unfinished, once the job is forgotten.
          expect(await contentsOf(rig.destination)).toEqual(failed > 0 ? [] : namesOf(entries))
          rig.proxy.set([])
          await job.clean()
          expect(await all(rig.direct.uploads?.unfinished() ?? [])).toEqual([])
          expect(filesIn(rig.folder)).toEqual(direction === 'up' ? [...entries.keys()].sort() : [])
        },
      )
    }
  }
})

const servers = await realS3Servers()

test.for(servers.filter(({ unavailable }) => unavailable !== undefined))('faults on $title', (server, { skip }) => {
  expect(server.unavailable).toBeDefined()
  skip(server.unavailable)
})

for (const server of servers.filter(({ unavailable }) => unavailable === undefined)) {
  describe.concurrent(`through a network with faults that pass, to ${server.name}`, () => {
    const chosen = ['8/16', '5/16', 'flipped', 'stall in the body', 'lost answer']
    describeFaults((onFinished) => emptyBucket(server, onFinished), {
      chosen: ({ name }) => chosen.some((part) => name.includes(part)),
    })
  })
}
