import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Catalogue, catalogueMigrations } from '@gantry/catalogue'
import { GantryError, type Layout } from '@gantry/core'
import { openSqlite } from '@gantry/sqlite/node'
import type { Transform } from '@gantry/transfer'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'

import { cancel, pause, resume, retry, status } from './control.ts'
import { studiesQueue } from './fleet-names.ts'
import type { Ledger } from './ledger/ledger.ts'
import { withQueue } from './queue/queue-server.ts'
import { describeFleet, patience } from './testing/describe-fleet.ts'
import { all, contentsOf, fillStudies, fleetRig } from './testing/fleet-rig.ts'
import { type FleetServers, serversUnavailable, startFleetServers } from './testing/fleet-servers.ts'

describeFleet('a fleet, its queue in %s', ({ kind, rig, servers }) => {
  test('moves studies, verifies them, and has their receipts', async () => {
    const made = await rig()
    await fillStudies(made.from.store, 3, 6)
    const submitted = await made.submit()
    expect(submitted).toMatchObject({ studies: 3, parts: 3, entries: 18, waiting: 0, done: 0, refused: 0 })
    made.work()
    await expect.poll(async () => (await status(made.fleet, submitted.run)).runs[0]?.studies.done, patience).toBe(3)
    const { runs, queues } = await status(made.fleet, submitted.run)
    expect(runs).toMatchObject([
      { state: 'submitted', parts: { verified: 3, failed: 0 }, entries: { total: 18, verified: 18 }, repeated: 0 },
    ])
    expect(queues).toMatchObject([{ destination: made.job.to, waiting: 0, active: 0, dead: 0 }])
    expect(await contentsOf(made.to.store)).toEqual(await contentsOf(made.from.store))
    const receipts = []
    for await (const receipt of made.catalogue.receipts(await made.catalogue.find(submitted.run)))
      receipts.push(receipt)
    expect(receipts).toHaveLength(18)
    expect(receipts.every(({ verified, image }) => verified && image !== undefined)).toBe(true)

    // What was named, and is not there, is told.
    expect(await made.submit({ job: { ...made.job, selection: { studies: ['1.2.0', '9.9'] } } })).toMatchObject({
      done: 1,
      missing: 1,
    })

    // Asked for again, nothing is to be done; where the source has more, that study alone.
    expect(await made.submit()).toMatchObject({ studies: 0, done: 3 })
    await made.from.store.write(
      { path: '1.2.0/1.2.0.0/1.2.0.0.99.dcm', size: 1 },
      (async function* () {
        yield Uint8Array.of(1)
      })(),
    )
    const more = await made.submit()
    expect(more).toMatchObject({ studies: 1, entries: 7, done: 2 })
    await expect.poll(async () => (await status(made.fleet, more.run)).runs[0]?.studies.done, patience).toBe(1)
    expect(await contentsOf(made.to.store)).toEqual(await contentsOf(made.from.store))
  })

  test('keeps its promises also where the catalogue is a database of its own', async () => {
    const made = await rig()
    await fillStudies(made.from.store, 2, 4)
    const folder = mkdtempSync(join(tmpdir(), 'gantry-fleet-'))
    const catalogue = new Catalogue(
      openSqlite({
        file: join(folder, 'catalogue.db'),
        migrations: catalogueMigrations,
        owner: 'the catalogue',
      }),
    )
    onTestFinished(async () => {
      await catalogue.close()
      rmSync(folder, { recursive: true })
    })
    expect(await made.ledger.isIn(made.catalogue.database)).toBe(true)
    expect(await made.ledger.isIn(catalogue.database)).toBe(false)
    const { run } = await made.submit()
    made.work({ catalogue })
    await expect.poll(async () => (await status(made.fleet, run)).runs[0]?.studies.done, patience).toBe(2)
    expect((await status(made.fleet, run)).runs).toMatchObject([{ entries: { verified: 8 }, repeated: 0 }])
    expect(await all(catalogue.receipts(await catalogue.find(run)))).toHaveLength(8)
  })

  test('does nothing while it is paused, and nothing more when a run is cancelled', async () => {
    const made = await rig()
    await fillStudies(made.from.store, 4, 2)
    const nameless = { ...made.job, to: `${made.to.store.scheme}:` }
    await expect(made.submit({ job: nameless })).rejects.toMatchObject({ code: 'invalid' })
    const { run } = await made.submit()
    const again = await made.submit()
    expect(again).toMatchObject({ studies: 0, waiting: 4 })
    // One that has nothing to do is none.
    await expect(status(made.fleet, again.run)).rejects.toMatchObject({ code: 'not_found' })
    expect(await pause(made.fleet, made.job.to)).toBe(1)
    for (const steer of [pause, resume]) {
      await expect(steer(made.fleet, `${made.job.to}/typo`)).rejects.toMatchObject({ code: 'not_found' })
    }
    made.work()
    await expect.poll(() => made.lines.some(({ type }) => type === 'queue'), patience).toBe(true)
    expect((await status(made.fleet, run)).queues).toMatchObject([{ paused: true, waiting: 4 }])
    await cancel(made.fleet, run)
    // Nobody has looked at its jobs, and nobody need.
    expect(await status(made.fleet, run)).toMatchObject({
      runs: [{ state: 'cancelled', studies: { queued: 0, cancelled: 4 } }],
      queues: [{ waiting: 0 }],
    })
    expect(await made.ledger.busyQueues()).not.toContainEqual(expect.objectContaining({ destination: made.job.to }))
    await resume(made.fleet, made.job.to)
    expect(await contentsOf(made.to.store)).toEqual(new Map())
    expect((await made.submit()).studies).toBe(4)
    await expect.poll(async () => (await contentsOf(made.to.store)).size, patience).toBe(8)
  })

  test('lists what fails for good, by code, and tries it again when it is told to', async () => {
    const made = await rig()
    await fillStudies(made.from.store, 3, 2)
    const { run } = await made.submit()
    const noPlace: Layout = ({ path }) => {
      if (path.startsWith('1.2.1/')) throw new GantryError('invalid', 'It has no place.')
      return path
    }
    const first = made.work({ prepared: { layout: noPlace } })
    await expect
      .poll(async () => (await status(made.fleet, run)).runs[0]?.studies, patience)
      .toMatchObject({ done: 2, failed: 1, queued: 0 })
    expect(await all(made.ledger.dead(run))).toMatchObject([{ run, part: 0, code: 'invalid', failed: 2, entries: 2 }])
    expect((await status(made.fleet, run)).queues).toMatchObject([{ dead: 1 }])
    const [dead] = await all(made.ledger.dead(run))
    const entries = dead === undefined ? [] : await made.ledger.entriesOf(dead)
    expect(entries.map(({ image }) => image?.studyInstanceUID)).toEqual(['1.2.1', '1.2.1'])
    await first.stop()

    // As one that is killed before it has told the queue.
    for await (const page of made.ledger.reopen(await made.ledger.run(run), { failedOnly: true })) {
      expect(page).toMatchObject([{ parts: [0] }])
      break
    }
    expect(await retry(made.fleet, run)).toEqual({ studies: 1, parts: 1 })
    expect(await all(made.ledger.dead(run))).toEqual([])
    made.work()
    await expect
      .poll(async () => (await status(made.fleet, run)).runs[0]?.studies, patience)
      .toMatchObject({ done: 3, failed: 0 })
    expect(await contentsOf(made.to.store)).toEqual(await contentsOf(made.from.store))
  })

  test('ends a study of several parts with the last of them', async () => {
    const made = await rig()
    await fillStudies(made.from.store, 1, 1002)
    const { run, parts } = await made.submit()
    expect(parts).toBe(3)
    const noPlace: Layout = ({ path }) => {
      if (path.endsWith('.1000.dcm')) throw new GantryError('invalid', 'It has no place.')
      return path
    }
    const first = made.work({ prepared: { layout: noPlace } })
    const { fleet } = made
    await expect.poll(async () => (await status(fleet, run)).runs[0]?.studies.failed, patience).toBe(1)
    expect((await status(fleet, run)).runs).toMatchObject([{ parts: { verified: 2, failed: 1 } }])
    await first.stop()
    made.work()
    expect(await retry(fleet, run)).toEqual({ studies: 1, parts: 1 })
    await expect.poll(async () => (await status(fleet, run)).runs[0]?.studies.done, patience).toBe(1)
    expect(made.lines.filter(({ type }) => type === 'study')).toMatchObject([
      { outcome: 'failed' },
      { outcome: 'done' },
    ])
  })

  test('lists a part whose workers die too often, and its study as failed', async () => {
    const made = await rig()
    await fillStudies(made.from.store, 1, 2)
    const { run } = await made.submit()
    await loseWorkers(made, servers(), kind)
    const { stop } = made.work()
    const { fleet } = made
    await expect.poll(async () => (await status(fleet, run)).runs[0]?.studies.failed, patience).toBe(1)
    expect(await all(made.ledger.dead(run))).toMatchObject([{ part: 0, code: 'unavailable', failed: 2 }])
    expect(made.lines).toContainEqual(expect.objectContaining({ type: 'study', outcome: 'failed' }))
    await stop()
    expect(await retry(fleet, run)).toEqual({ studies: 1, parts: 1 })
    made.work()
    await expect.poll(async () => (await status(fleet, run)).runs[0]?.studies.done, patience).toBe(1)
  })

  test('begins no more of a destination in a time than it was told, and all the same of others', async () => {
    const [slow, fast] = [await rig(), await rig()]
    for (const { from } of [slow, fast]) await fillStudies(from.store, 6, 1)
    const { run } = await slow.submit({ rate: { max: 2, duration: 1000 } })
    const { run: other } = await fast.submit()
    const began = performance.now()
    for (const one of [slow, fast]) one.work()
    await expect.poll(async () => (await status(fast.fleet, other)).runs[0]?.studies.done, patience).toBe(6)
    await expect.poll(async () => (await status(slow.fleet, run)).runs[0]?.studies.done, patience).toBe(6)
    // Three times two need two waits: however slow the machine is, no less.
    expect(performance.now() - began).toBeGreaterThan(1900)
  })

  test('queues again what the queue has lost', async () => {
    const made = await rig()
    await fillStudies(made.from.store, 3, 2)
    const { run } = await made.submit()
    const { queue: name } = await made.ledger.run(run)
    for (const one of [name, studiesQueue(name)]) {
      await withQueue(made.fleet.queue, one, async (queue) => await queue.obliterate({ force: true }))
    }
    made.work()
    expect(await retry(made.fleet, run, { all: true })).toEqual({ studies: 3, parts: 3 })
    await expect.poll(async () => (await status(made.fleet, run)).runs[0]?.studies.done, patience).toBe(3)
  })

  test('hands back what a stopped worker cannot finish, and the next one does', async () => {
    const made = await rig()
    await fillStudies(made.from.store, 1, 4)
    const { run } = await made.submit({ job: { ...made.job, transforms: ['stuck'] } })
    const stuck: Transform = {
      name: 'stuck',
      async *apply(_entry, body, { signal }) {
        await new Promise((_, reject) => {
          const stop = () => reject(new GantryError('cancelled', 'Stopped.'))
          if (signal.aborted) stop()
          signal.addEventListener('abort', stop)
        })
        yield* body
      },
    }
    const first = made.work({ prepared: { transforms: [stuck] }, grace: 200 })
    await expect.poll(async () => (await status(made.fleet, run)).queues[0]?.active, patience).toBe(1)
    await first.stop()
    expect(made.lines).toContainEqual(expect.objectContaining({ type: 'part', outcome: 'handed back' }))
    expect((await status(made.fleet, run)).queues).toMatchObject([{ waiting: 1, active: 0 }])
    made.work({ prepared: { transforms: [{ name: 'stuck', apply: (_entry, body) => body }] } })
    await expect.poll(async () => (await status(made.fleet, run)).runs[0]?.studies.done, patience).toBe(1)
    expect(await contentsOf(made.to.store)).toEqual(await contentsOf(made.from.store))
  })
})

/** As BullMQ marks all jobs of a queue that lost their locks too often. */
async function loseWorkers({ ledger }: { ledger: Ledger }, servers: FleetServers, kind: 'redis' | 'postgres') {
  const queues = await ledger.queues()
  if (kind === 'redis') {
    const redis = redisOf(servers)
    const keys = await Promise.all(queues.map(async ({ name }) => await redis.keys(`gantry:${name}:*-*-*-0`)))
    for (const key of keys.flat()) await redis.hset(key, 'defa', 'job stalled')
    return
  }
  const sql = 'UPDATE gantry_queue.job SET deferred_failure = ? WHERE queue = ? RETURNING id'
  for (const { name } of queues) await ledger.database.change(sql, 'job stalled', name)
}

function redisOf({ redis: { port, password } }: FleetServers): Redis {
  const redis = new Redis({ port, password })
  onTestFinished(() => redis.disconnect())
  return redis
}

const reason = await serversUnavailable()

test.skipIf(reason !== undefined)(
  `the queue and the log name no place, no study and no patient${reason ? ` [${reason}]` : ''}`,
  { timeout: 120_000 },
  async () => {
    const servers = await startFleetServers()
    onTestFinished(servers.stop)
    const made = await fleetRig({ queue: servers.redis.url, database: servers.postgres.url })
    await fillStudies(made.from.store, 2, 2)
    await fillStudies(made.from.store, 1, 502)
    const { run } = await made.submit()
    const redis = redisOf(servers)
    const everything = async () => {
      const texts: string[] = []
      for (const key of await redis.keys('*')) {
        const dump = await redis.dumpBuffer(key)
        texts.push(key, dump?.toString('latin1') ?? '')
      }
      return texts.join('\n')
    }
    const before = await everything()
    expect(before).toContain('-studies')
    const noPlace: Layout = () => {
      throw new GantryError('invalid', 'Quellmalz has no place.')
    }
    made.work({ prepared: { layout: noPlace } })
    await expect.poll(async () => (await status(made.fleet, run)).runs[0]?.studies.failed, patience).toBe(2)
    for (const text of [before, await everything(), JSON.stringify(made.lines)]) {
      expect(text).not.toMatch(/Quellmalz|1\.2\.[01]|memory:|\.dcm/u)
    }
  },
)
