import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { asNobody, giveToNobody } from '../machine/as-nobody.ts'
import { ensureDebianPackages } from '../machine/debian.ts'
import { freePort } from '../machine/free-port.ts'
import { makeInstanceFolder } from '../machine/instance-folder.ts'
import { run } from '../machine/run.ts'
import { type ServerProcess, startServerProcess } from '../machine/server-process.ts'
import { runServer, type RunningServer } from '../running-server.ts'

const PASSWORD = 'testsecret'

/** A Redis that answers. */
export type RunningRedis = RunningServer & { name: string; port: number; password: string; url: string }

/** Why this machine cannot have Redis, or undefined when it can: it is installed then. */
export async function redisUnavailable(): Promise<string | undefined> {
  if ((await run('redis-server', ['--version'])).ok && (await run('redis-cli', ['--version'])).ok) return undefined
  return await ensureDebianPackages(['redis-server'])
}

/**
 * Starts a new, empty Redis on a free port of 127.0.0.1, with an append-only file that is flushed every second, and which
 * refuses writes rather than to forget what it has. It runs as nobody, and ends with this process.
 */
export async function startRedis(): Promise<RunningRedis> {
  const folder = makeInstanceFolder()
  const data = join(folder, 'data')
  mkdirSync(data, { mode: 0o700 })
  giveToNobody(data)
  const port = await freePort()
  const url = `redis://:${PASSWORD}@127.0.0.1:${port}`
  return await runServer({ name: 'redis', port, password: PASSWORD, url }, folder, () => launch(data, port))
}

async function launch(data: string, port: number): Promise<ServerProcess> {
  const listen = ['--bind', '127.0.0.1', '--port', String(port), '--requirepass', PASSWORD]
  const keep = ['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', '', '--maxmemory-policy', 'noeviction']
  const command = asNobody(['redis-server', '--dir', data, ...listen, ...keep])
  const server = await startServerProcess('bash', [
    join(import.meta.dirname, '../machine/supervise.sh'),
    String(port),
    ...command,
  ])
  // It listens before it has read its file.
  for (let wait = 0; wait < 300; wait++) {
    const { output } = await run('redis-cli', ['-p', String(port), 'ping'], { REDISCLI_AUTH: PASSWORD })
    if (output.trim() === 'PONG') return server
    await sleep(100)
  }
  await server.kill()
  throw new Error('Redis listened, but did not answer for 30 s')
}
