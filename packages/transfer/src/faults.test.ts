import { realS3Servers } from '@gantry-tooling/servers/vitest'
import { Store } from '@gantry/core'
import { fs } from '@gantry/fs'
import { s3, type S3Options } from '@gantry/s3'
import { type Rule, startFaultProxy } from '@gantry/testkit/fault-proxy'
import { startS3Server } from '@gantry/testkit/s3-server'
import { describe, expect, onTestFinished, test } from 'vitest'

import { createJobSpec } from './create-job-spec.ts'
import { memoryJournal } from './journal/memory-journal.ts'
import { openJob } from './open-job.ts'
import { all } from './testing/all.ts'
import { type Entries, contentsOf, fill, fillFolder, namesOf } from './testing/contents.ts'
import { emptyBucket } from './testing/empty-bucket.ts'
import { filesIn, temporaryFolder } from './testing/temporary-folder.ts'
import { entriesOf, type SizeName, sizeNames, type Trouble, troubles } from './testing/troubles.ts'

/** Where the bucket is, behind the proxy; made for each test. */
type Serve = () => Promise<S3Options & { readonly endpoint: string }>

async function prepare(serve: Serve, entries: Entries, direction: 'up' | 'down', rules: readonly Rule[]) {
  const bucket = await serve()
  const proxy = await startFaultProxy({ target: bucket.endpoint, schedule: [] })
  const open = (options: S3Options) => {
    const store = new Store(s3(options))
    onTestFinished(() => store.close())
    return store
  }
  onTestFinished(() => proxy.close())
  const direct = open(bucket)
  const proxied = open({ ...bucket, endpoint: proxy.url })
  const folder = temporaryFolder()
  const local = new Store(fs({ root: folder, durability: 'cache' }))
  if (direction === 'up') fillFolder(folder, entries)
  else await fill(direct, entries)
  proxy.set(rules)
  const [from, to] = direction === 'up' ? [local, proxied] : [proxied, local]
  const journal = memoryJournal(createJobSpec({ from: from.url, to: to.url, concurrency: 4 }))
  onTestFinished(() => journal.close())
  return { proxy, direct, folder, from, to, journal, destination: direction === 'up' ? direct : local }
}

async function expectPassing(serve: Serve, size: SizeName, direction: 'up' | 'down', trouble: Trouble) {
  const entries = entriesOf(size)
  const { fault, match, times } = trouble
  const rig = await prepare(serve, entries, direction, [{ fault, match, ...(times !== undefined && { times }) }])
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

function describeFaults(serve: Serve, chosen: (trouble: Trouble) => boolean) {
  for (const direction of ['up', 'down'] as const) {
    for (const size of sizeNames) {
      const passing = troubles(direction, size).filter(chosen)
      test.for(passing)(`${direction}, ${size}: $name`, { timeout: 60_000 }, async (trouble) => {
        await expectPassing(serve, size, direction, trouble)
      })
    }
  }
}

const serveDouble: Serve = async () => {
  const server = await startS3Server({ buckets: ['gantry'] })
  onTestFinished(() => server.close())
  const { url, region, credentials } = server
  return { bucket: 'gantry', endpoint: url, region, credentials }
}

describe('through a network with faults that pass, to the S3 double', () => {
  describeFaults(serveDouble, () => true)
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
      test.for(lasting)(`${direction}, ${size}: $name`, { timeout: 60_000 }, async ({ name, fault, match }) => {
        const entries = entriesOf(size)
        const rig = await prepare(serveDouble, entries, direction, [{ fault, match }])
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
      })
    }
  }
})

const servers = await realS3Servers()

test.for(servers.filter(({ unavailable }) => unavailable !== undefined))('faults on $title', (server, { skip }) => {
  expect(server.unavailable).toBeDefined()
  skip(server.unavailable)
})

for (const server of servers.filter(({ unavailable }) => unavailable === undefined)) {
  describe(`through a network with faults that pass, to ${server.name}`, () => {
    const chosen = ['8/16', '5/16', 'flipped', 'stall in the body', 'lost answer']
    describeFaults(
      () => emptyBucket(server),
      ({ name }) => chosen.some((part) => name.includes(part)),
    )
  })
}
