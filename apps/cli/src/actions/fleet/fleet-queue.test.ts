import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

import { postgresUnavailable, redisUnavailable, startPostgres, startRedis } from '@gantry-tooling/servers'
import { openPostgres } from '@gantry/postgres'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'

import { exitCodes } from '../../exit-code.ts'
import { Workbench } from '../../../testing/workbench.ts'

const bin = fileURLToPath(new URL('../../../bin/gantry.js', import.meta.url))
const reason = (await redisUnavailable()) ?? (await postgresUnavailable())

describe.skipIf(reason !== undefined)(
  `a worker and its queue${reason ? ` [${reason}]` : ''}`,
  { timeout: 180_000 },
  () => {
    let servers: readonly [Awaited<ReturnType<typeof startRedis>>, Awaited<ReturnType<typeof startPostgres>>]
    beforeAll(async () => {
      servers = await Promise.all([startRedis(), startPostgres()])
      const database = await openPostgres({ url: servers[1].url, migrations: [], owner: 'a test' })
      await database.write(async (sql) => void (await sql.run(`CREATE ROLE guest LOGIN PASSWORD 'testsecret'`)))
      await database.close()
    }, 300_000)
    afterAll(async () => void (await Promise.all((servers ?? []).map(async (server) => await server.stop()))))

    /** In a process of its own: what only ends if its events are looked at cannot be tested in this one. */
    function started(bench: Workbench, queue: string): { child: ChildProcess; text: () => string } {
      const env = { ...process.env, ...bench.env, GANTRY_QUEUE: queue, GANTRY_DATABASE: servers[1].url }
      const child = spawn(process.execPath, [bin, 'fleet', 'worker', '--json'], { cwd: bench.folder, env })
      onTestFinished(() => void child.kill('SIGKILL'))
      let text = ''
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (text += data.toString()))
      return { child, text: () => text }
    }

    test.each([
      ['a user who may not make tables', 'guest', 'permission_denied', exitCodes.denied],
      ['a user who is not known', 'nobody', 'unauthenticated', exitCodes.denied],
      ['a database that is not there', 'database', 'not_found', exitCodes.failed],
      ['a port that nobody listens at', 'port', 'unavailable', exitCodes.failed],
      ['a wrong password of Redis', 'redis', 'unauthenticated', exitCodes.denied],
    ] as const)('%s: it says so, and ends', async (_name, what, code, exit) => {
      const [redis, postgres] = servers
      const queue = {
        guest: postgres.url.replace('gantry:', 'guest:'),
        nobody: postgres.url.replace('gantry:', 'nobody:'),
        database: postgres.url.replace(/postgres$/u, 'elsewhere'),
        port: postgres.url.replace(String(postgres.port), '1'),
        redis: redis.url.replace('testsecret', 'guessed'),
      }[what]
      await using bench = await Workbench.make()
      const { child, text } = started(bench, queue)
      expect(await once(child, 'exit')).toEqual([exit, null])
      expect(text()).toContain(`"type":"error","code":"${code}"`)
      expect(text().split('\n').length).toBeLessThan(10)
      expect(text()).not.toMatch(/testsecret|guessed/u)
    })
  },
)
