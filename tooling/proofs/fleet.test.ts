import { execFile } from 'node:child_process'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

import { postgresUnavailable, redisUnavailable, startPostgres, startRedis } from '@gantry-tooling/servers'
import { type Fleet, openLedger, queueServer, type RunSummary } from '@gantry/fleet'
import { startFaultProxy } from '@gantry/testkit/fault-proxy'
import { expect, onTestFinished, test } from 'vitest'

import { groupOf, hasArrived, writeFolders } from './fleet/folders.ts'
import { type FleetUrls, WorkerProcess } from './fleet/worker-process.ts'
import { temporaryFolder } from './rig/temporary-folder.ts'

const bin = fileURLToPath(new URL('../../apps/cli/bin/gantry.js', import.meta.url))
const reason = (await redisUnavailable()) ?? (await postgresUnavailable())
const extra = process.env['GANTRY_TEST_EXTRA'] === '1'
/** The whole of it takes minutes; the short one has the same faults. Locks of 30 seconds are waited out by the whole alone. */
const size = extra
  ? { parcels: 20_000, jobs: 4, lock: 30, partition: 40_000 }
  : { parcels: 400, jobs: 1, lock: 6, partition: 2000 }

test.skipIf(reason !== undefined)(
  `${size.parcels} parcels over four workers arrive, whatever is killed on the way${reason ? ` [${reason}]` : ''}`,
  { timeout: 3_600_000 },
  async () => {
    const bench = await openBench()
    const { fleet, source, target, workers, redis, postgres, network } = bench
    const { run } = await bench.submit()
    const addresses = { from: pathToFileURL(source).href, to: pathToFileURL(target).href }
    const ids = new Map<string, number>()
    for (let folder = 0; folder < size.parcels; folder += 1) {
      ids.set(fleet.ledger.names.study(addresses.from, addresses.to, groupOf(folder)), folder)
    }
    const proven = new Set<string>()
    /** What the ledger calls done is there, at the moment that it is called so. */
    const proveDone = async () => {
      const sql = `SELECT id FROM fleet_studies WHERE run = ? AND state = 'done'`
      for (const { id } of await fleet.ledger.database.all<{ id: string }>(sql, run)) {
        if (proven.has(id)) continue
        expect(await hasArrived(target, ids.get(id) as number)).toBe(true)
        proven.add(id)
      }
    }
    const until = async (share: number) => {
      for (;;) {
        const summary = await summaryOf(fleet, run)
        if (summary !== undefined && summary.parts.verified >= size.parcels * share) return
        await proveDone().catch(refuseUnlessAway)
        await sleep(100)
      }
    }
    await until(0.1)
    await workers[0]?.kill9()
    workers[0] = bench.work(bench.direct)
    await until(0.3)
    await redis.kill9()
    await sleep(500)
    await redis.restart()
    await until(0.5)
    await postgres.kill9()
    await sleep(500)
    await postgres.restart()
    await until(0.6)
    for (const proxy of network) proxy.partition()
    await sleep(size.partition)
    for (const proxy of network) {
      proxy.reset()
      proxy.heal()
    }
    await until(0.75)
    await workers[2]?.kill9()
    workers[2] = bench.work(bench.proxied)
    await until(1)

    // Every study is ended when the parts that the dead had are taken over: none is left.
    await expect
      .poll(async () => (await summaryOf(fleet, run))?.studies, { timeout: 300_000, interval: 500 })
      .toEqual({ queued: 0, done: size.parcels, failed: 0, cancelled: 0 })
    await proveDone()
    expect(proven.size).toBe(size.parcels)
    const summary = (await summaryOf(fleet, run)) as RunSummary
    expect(summary).toMatchObject({ parts: { verified: size.parcels }, entries: { verified: size.parcels * 2 } })
    expect(summary.repeated / size.parcels).toBeLessThanOrEqual(0.01)
    const sessions = await fleet.ledger.database.all<{ count: number }>(
      `SELECT count(*) AS count FROM session_receipts JOIN sessions ON sessions.id = session
 JOIN receipts ON receipts.id = receipt WHERE name = ? AND verified = 1`,
      run,
    )
    expect(sessions).toEqual([{ count: size.parcels * 2 }])
    for (const worker of workers) expect(await worker.stop()).toBe(0)
    // What a killed worker left half-written is no entry, and little: what its parts were at.
    expect((await leftovers(target)).length).toBeLessThanOrEqual(4 * size.jobs)
    console.log(`${size.parcels} parcels: ${summary.repeated} begun again`)
  },
)

async function openBench() {
  const [redis, postgres] = await Promise.all([startRedis(), startPostgres()])
  onTestFinished(async () => void (await Promise.all([redis.stop(), postgres.stop()])))
  const folder = temporaryFolder()
  const [source, target] = [join(folder, 'source'), join(folder, 'target')]
  await Promise.all([mkdir(source), mkdir(target)])
  await writeFolders(source, size.parcels)
  const network = await Promise.all(
    [redis, postgres].map(
      async ({ port }) => await startFaultProxy({ target: `tcp://127.0.0.1:${port}`, mode: 'tcp' }),
    ),
  )
  onTestFinished(async () => void (await Promise.all(network.map(async (proxy) => await proxy.close()))))
  const direct: FleetUrls = { queue: redis.url, database: postgres.url }
  const [redisProxy, postgresProxy] = network
  const proxied: FleetUrls = {
    queue: redis.url.replace(String(redis.port), String(redisProxy?.port)),
    database: postgres.url.replace(String(postgres.port), String(postgresProxy?.port)),
  }
  const ledger = await openLedger(postgres.url)
  onTestFinished(async () => await ledger.close())
  const fleet: Fleet = { ledger, queue: queueServer(redis.url) }
  const started: WorkerProcess[] = []
  const work = (urls: FleetUrls) => {
    const worker = new WorkerProcess(urls, ['--jobs', String(size.jobs), '--lock', String(size.lock)])
    started.push(worker)
    return worker
  }
  onTestFinished(async () => void (await Promise.all(started.map(async (worker) => await worker.kill9()))))
  const submit = async () => {
    const env = { ...process.env, GANTRY_QUEUE: direct.queue, GANTRY_DATABASE: direct.database }
    const args = [bin, 'fleet', 'submit', source, target, '--by', 'folder', '--json']
    const { stdout } = await promisify(execFile)(process.execPath, args, { env })
    const submitted = JSON.parse(stdout) as { run: string; studies: number; parts: number }
    expect(submitted).toMatchObject({ studies: size.parcels, parts: size.parcels })
    return submitted
  }
  // Two of them reach the servers over a network that breaks.
  const workers = [work(direct), work(direct), work(proxied), work(proxied)]
  return { redis, postgres, source, target, network, direct, proxied, fleet, work, workers, submit }
}

async function summaryOf(fleet: Fleet, run: string): Promise<RunSummary | undefined> {
  try {
    return await fleet.ledger.summary(await fleet.ledger.run(run))
  } catch (error) {
    refuseUnlessAway(error)
    return undefined
  }
}

/** The database was killed. */
function refuseUnlessAway(error: unknown): void {
  if ((error as { code?: string }).code !== 'unavailable') throw error
}

async function leftovers(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).filter((path) => path.includes('.gantry-'))
}
