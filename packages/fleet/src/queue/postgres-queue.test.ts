import { postgresUnavailable, startPostgres } from '@gantry-tooling/servers'
import { openPostgres } from '@gantry/postgres'
import { expect, onTestFinished, test } from 'vitest'

import { type JobData, queueServer } from './queue-server.ts'

const reason = await postgresUnavailable()
const patience = { timeout: 60_000, interval: 100 }

test.skipIf(reason !== undefined)(
  `all queues of a process share a few connections, and outlive their server${reason ? ` [${reason}]` : ''}`,
  { timeout: 120_000 },
  async () => {
    const postgres = await startPostgres()
    onTestFinished(async () => await postgres.stop())
    const database = await openPostgres({ url: postgres.url, migrations: [], owner: 'a test' })
    onTestFinished(async () => await database.close())
    const connections = async () => {
      const sql = `SELECT count(*) AS count FROM pg_stat_activity WHERE application_name = 'gantry fleet queue'`
      return (await database.all<{ count: number }>(sql))[0]?.count
    }
    const server = queueServer(postgres.url)
    const done: string[] = []
    const errors: string[] = []
    const names = Array.from({ length: 8 }, (_, index) => `to-${index}`)
    const workers = names.map((name) => {
      const work = async ({ data }: { readonly data: JobData }) => {
        done.push(`${name} ${data.study}`)
        return 'done'
      }
      const worker = server.worker(name, work, {
        lockDuration: 2000,
        stalledInterval: 500,
        runRetryDelay: 200,
      })
      worker.on('error', ({ message }) => void errors.push(message))
      return worker
    })
    await Promise.all(workers.map(async (worker) => await worker.waitUntilReady()))
    const running = workers.map(async (worker) => await worker.run())
    const add = async (study: string) => {
      const flow = server.flow()
      const jobs = names.map((queueName) => ({ name: 'part', queueName, data: { study, run: 'run' } }))
      try {
        await flow.addBulk(jobs)
      } finally {
        await flow.close()
      }
    }
    const all = (study: string) => names.map((name) => `${name} ${study}`)
    await add('first')
    await expect.poll(() => done.toSorted(), patience).toEqual(all('first'))
    expect(await connections()).toBeLessThanOrEqual(5)

    await postgres.kill9()
    await expect.poll(() => errors.length, patience).toBeGreaterThan(0)
    await postgres.restart()
    await expect
      .poll(
        async () =>
          await add('second').then(
            () => true,
            () => false,
          ),
        patience,
      )
      .toBe(true)
    await expect.poll(() => new Set(done), patience).toEqual(new Set([...all('first'), ...all('second')]))
    expect(await connections()).toBeLessThanOrEqual(5)

    await Promise.all(workers.map(async (worker) => await worker.close()))
    await Promise.all(running)
    await expect.poll(connections, patience).toBe(0)
  },
)
