import { type ChildProcess, execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

import { postgresUnavailable, redisUnavailable, startPostgres, startRedis } from '@gantry-tooling/servers'
import type { Entry } from '@gantry/core'
import { type Fleet, openLedger, pause, queueServer, resume, submit } from '@gantry/fleet'
import { createJobSpec, memoryJournal, openJob } from '@gantry/transfer'

import { fleetStores } from './fleet-stores.ts'
import { single } from './page/figure.ts'
import { notebook } from './page/notebook.ts'

/** Milliseconds of each call to a store, where the store is what takes the time. */
const latency = 60
const jobs = 4
const mebibyte = 1024 * 1024

/**
 * Two workers against one where the store's latency is emulated, what a study costs beside its moving, and how much Redis and
 * PostgreSQL keep. The figures of docs/fleet-sizing.md.
 */
export async function benchFleet(): Promise<string> {
  const reason = (await redisUnavailable()) ?? (await postgresUnavailable())
  if (reason !== undefined) return `fleet: not measured, ${reason}\n`
  const [redis, postgres] = await Promise.all([startRedis(), startPostgres()])
  const ledger = await openLedger(postgres.url)
  const bench = new FleetBench({ ledger, queue: queueServer(redis.url) }, redis.url, postgres.url)
  try {
    const lines: string[] = []
    // A run takes minutes, and its table comes at the end.
    const say = (...more: string[]) => {
      lines.push(...more)
      process.stderr.write(`${more.join('\n')}\n`)
    }
    say('Fleet')
    const overhead = await bench.overhead(1000)
    say(
      `  a study of one entry: submitted in ${overhead.submit.toFixed(2)} ms, moved in ${overhead.fleet.toFixed(2)} ms by a worker of ${jobs}, and in ${overhead.alone.toFixed(2)} ms by the runner alone`,
      `  scheduling overhead: ${(overhead.submit + overhead.fleet - overhead.alone).toFixed(2)} ms a study (asked: less than 5)`,
      `  Redis: ${overhead.redis.toFixed(0)} bytes a study of one part`,
    )
    notebook.note({
      kind: 'values',
      title: 'a study of one entry',
      unit: 'ms',
      better: 'lower',
      rows: [
        single('submitted', overhead.submit),
        single(`moved, a worker of ${jobs}`, overhead.fleet),
        single('the runner alone', overhead.alone),
      ],
    })
    const one = await bench.scaling(1)
    const two = await bench.scaling(2)
    notebook.note({
      kind: 'values',
      title: `parts a second where each call to a store takes ${latency} ms`,
      unit: 'parts a second',
      better: 'higher',
      anchor: 'one worker',
      rows: [single('one worker', one), single('two workers', two)],
    })
    say(
      `  ${latency} ms a call: one worker ${one.toFixed(1)} parts/s, two ${two.toFixed(1)}: ${(two / one).toFixed(2)}x (asked: 1.7)`,
      ...(await bench.sizes(overhead.worker)),
    )
    return `${lines.join('\n')}\n`
  } finally {
    await ledger.close()
    await Promise.all([redis.stop(), postgres.stop()])
  }
}

class FleetBench {
  readonly #fleet: Fleet
  readonly #redis: string
  readonly #postgres: string
  #runs = 0
  /** Of a worker, the most bytes that it had in memory. */
  #peak = 0

  constructor(fleet: Fleet, redis: string, postgres: string) {
    this.#fleet = fleet
    this.#redis = redis
    this.#postgres = postgres
  }

  /** Milliseconds a study, and bytes in Redis. */
  async overhead(studies: number) {
    const alone = await movedAlone(studies)
    // The first run makes connections and compiles; it is not counted.
    await this.#moved(100, 1, 1, 0)
    const before = await this.#memory()
    this.#peak = 0
    const { submitted, moved, memory } = await this.#moved(studies, 1, 1, 0)
    return {
      submit: submitted / studies,
      fleet: moved / studies,
      alone: alone / studies,
      redis: (memory - before) / studies,
      worker: this.#peak / mebibyte,
    }
  }

  /** Parts a second. */
  async scaling(workers: number): Promise<number> {
    const studies = 150 * workers
    const { moved } = await this.#moved(studies, 4, workers, latency)
    return (studies * 1000) / moved
  }

  /** Of what was moved so far, of a plan that waits, and of a worker that moves parts of 500. */
  async sizes(small: number): Promise<string[]> {
    const { ledger } = this.#fleet
    this.#peak = 0
    await this.#moved(10, 500, 1, 0)
    const worker = this.#peak / mebibyte
    await ledger.database.all('VACUUM ANALYZE')
    const sizeOf = async (tables: readonly string[]) => {
      const sum = tables.map(() => 'pg_total_relation_size(?::regclass)').join(' + ')
      return (await ledger.database.all<{ bytes: number }>(`SELECT ${sum} AS bytes`, ...tables))[0]?.bytes ?? 0
    }
    const [counted] = await ledger.database.all<{ count: number }>('SELECT count(*) AS count FROM receipts')
    const instances = counted?.count ?? 0
    const catalogue = await sizeOf(['instances', 'receipts', 'session_receipts'])
    const before = await sizeOf(['fleet_parts', 'fleet_studies'])
    await pause(this.#fleet)
    await this.#submit(20, 500)
    const after = await sizeOf(['fleet_parts', 'fleet_studies'])
    notebook.note({
      kind: 'values',
      title: 'what PostgreSQL keeps',
      unit: 'bytes an instance',
      better: 'lower',
      rows: [
        single('of the catalogue', catalogue / instances),
        single('of a plan that waits', (after - before) / 10_000),
      ],
    })
    notebook.note({
      kind: 'values',
      title: `memory of a worker of ${jobs}`,
      unit: 'MiB',
      better: 'lower',
      rows: [single('parts of one entry', small), single('parts of 500', worker)],
    })
    return [
      `  a worker of ${jobs}: ${small.toFixed(0)} MiB at most with parts of one entry, ${worker.toFixed(0)} MiB with parts of 500`,
      `  PostgreSQL: ${(catalogue / instances).toFixed(0)} bytes of the catalogue an instance (${instances} of them), ${((after - before) / 10_000).toFixed(0)} of a plan while it waits`,
    ]
  }

  async #submit(studies: number, each: number): Promise<number> {
    this.#runs += 1
    const { from, to } = fleetStores(studies, each, 0)
    const job = { from: `made:${this.#runs}`, to: 'made:there' }
    const began = performance.now()
    await submit({ ...this.#fleet, job, from, to, signal: new AbortController().signal })
    return performance.now() - began
  }

  async #moved(studies: number, each: number, workers: number, wait: number) {
    const { ledger } = this.#fleet
    const submitted = await this.#submit(studies, each)
    const memory = await this.#memory()
    await pause(this.#fleet)
    const running = await Promise.all(Array.from({ length: workers }, async () => await this.#worker(wait)))
    // They look for destinations, and connect.
    await sleep(2000)
    const began = performance.now()
    await resume(this.#fleet)
    const left = `SELECT count(*) AS count FROM fleet_studies WHERE state = 'queued'`
    while (((await ledger.database.all<{ count: number }>(left))[0]?.count ?? 0) > 0) await sleep(20)
    const moved = performance.now() - began
    for (const { pid } of running) this.#peak = Math.max(this.#peak, await peakOf(pid))
    await Promise.all(running.map(async (worker) => await end(worker)))
    return { submitted, moved, memory }
  }

  async #worker(wait: number): Promise<ChildProcess> {
    const args = [this.#redis, this.#postgres, String(jobs), String(wait)]
    const worker = fork(join(import.meta.dirname, 'fleet-run.ts'), args, { execArgv: ['--conditions=@gantry/source'] })
    await once(worker, 'message')
    return worker
  }

  async #memory(): Promise<number> {
    const { port, password } = new URL(this.#redis)
    const env = { ...process.env, REDISCLI_AUTH: password }
    const { stdout } = await promisify(execFile)('redis-cli', ['-p', port, 'info', 'memory'], { env })
    return Number(/used_memory:(\d+)/u.exec(stdout)?.[1])
  }
}

/** The same parts by the same runner, as many at a time, without queue, ledger and catalogue. */
async function movedAlone(studies: number): Promise<number> {
  const { from, to } = fleetStores(studies, 1, 0)
  const entries: Entry[] = []
  for await (const entry of from.list()) entries.push(entry)
  const began = performance.now()
  const work = async () => {
    for (let entry = entries.pop(); entry !== undefined; entry = entries.pop()) {
      const one = entry
      const journal = memoryJournal(createJobSpec({ from: 'made:a', to: 'made:b' }))
      const job = await openJob({
        from,
        to,
        journal,
        entries: async function* () {
          yield one
        },
      })
      await job.run()
      await journal.close()
    }
  }
  await Promise.all(Array.from({ length: jobs }, work))
  return performance.now() - began
}

/** Bytes: as long as it runs, Linux tells it. */
async function peakOf(pid = 0): Promise<number> {
  return Number(/VmHWM:\s+(\d+)/u.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
}

async function end(worker: ChildProcess): Promise<void> {
  const ended = once(worker, 'exit')
  worker.kill('SIGTERM')
  await ended
}
