import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'

import { status } from './control.ts'
import { describeFleet, patience } from './testing/describe-fleet.ts'
import { fillStudies } from './testing/fleet-rig.ts'

describeFleet('a queue in %s that refuses its worker later on', ({ kind, rig, servers }) => {
  test('is told of seldom, with its code; the worker can be stopped, and goes on when it is let in', async () => {
    const made = await rig()
    await fillStudies(made.from.store, 1, 1)
    const { run } = await made.submit()
    made.work()
    const other = made.work()
    await expect.poll(async () => (await status(made.fleet, run)).runs[0]?.studies.done, patience).toBe(1)
    const { letIn, refusals } = await refuse(made)
    const told = () => made.lines.filter(({ code }) => code !== undefined)
    const codes = () => told().map(({ code }) => code)
    await expect.poll(codes, patience).toContain(kind === 'redis' ? 'unauthenticated' : 'internal')
    // Often enough for what would be told over and over.
    const before = await refusals()
    await expect.poll(refusals, patience).toBeGreaterThan(before + 4)
    // Each of two workers says each code once, that it was thrown out among them.
    expect(told().length).toBeLessThanOrEqual(4)
    await other.stop()
    await letIn()
    await fillStudies(made.from.store, 2, 1)
    const { run: more } = await made.submit()
    // All of them were written anew.
    await expect.poll(async () => (await status(made.fleet, more)).runs[0]?.studies.done, patience).toBe(2)
  })

  /** From now on, whoever is connected included; and how often the server has refused. */
  async function refuse({ ledger }: Awaited<ReturnType<typeof rig>>) {
    if (kind === 'redis') {
      const { port, password } = servers().redis
      const client = new Redis({ port, password })
      onTestFinished(() => client.disconnect())
      await client.config('SET', 'requirepass', 'another')
      await client.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
      return {
        letIn: async () => await client.config('SET', 'requirepass', password),
        refusals: async () =>
          Number(/errorstat_WRONGPASS:count=(\d+)/u.exec(await client.info('errorstats'))?.[1] ?? 0),
      }
    }
    // A worker looks at the queue again when it is woken, or every few seconds.
    const rename = async (from: string, to: string) =>
      await ledger.database.write(async (sql) => await sql.run(`ALTER TABLE gantry_queue.${from} RENAME TO ${to}`))
    await rename('job', 'taken_away')
    const broken = 'SELECT xact_rollback AS count FROM pg_stat_database WHERE datname = current_database()'
    return {
      letIn: async () => await rename('taken_away', 'job'),
      refusals: async () => Number((await ledger.database.all<{ count: number }>(broken))[0]?.count),
    }
  }
})
