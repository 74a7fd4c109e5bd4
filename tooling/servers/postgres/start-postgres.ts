import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { asNobody, giveToNobody } from '../machine/as-nobody.ts'
import { ensureDebianPackages } from '../machine/debian.ts'
import { freePort } from '../machine/free-port.ts'
import { makeInstanceFolder } from '../machine/instance-folder.ts'
import { run, tail } from '../machine/run.ts'
import { type ServerProcess, startServerProcess } from '../machine/server-process.ts'
import { runServer, type RunningServer } from '../running-server.ts'

const PASSWORD = 'testsecret'
const INSTALLED = '/usr/lib/postgresql'

/** A PostgreSQL that answers. */
export type RunningPostgres = RunningServer & { name: string; port: number; password: string; url: string }

/** Why this machine cannot have PostgreSQL, or undefined when it can: it is installed then. */
export async function postgresUnavailable(): Promise<string | undefined> {
  return programs() === undefined ? await ensureDebianPackages(['postgresql']) : undefined
}

/**
 * Starts a new PostgreSQL with one empty database on a free port of 127.0.0.1, and on no socket of a file. It runs as
 * nobody, because it refuses to run as root, and ends with this process.
 */
export async function startPostgres(): Promise<RunningPostgres> {
  const bin = programs()
  if (bin === undefined) throw new Error('PostgreSQL is not installed')
  const folder = makeInstanceFolder()
  const data = join(folder, 'data')
  const secret = join(folder, 'password')
  mkdirSync(data, { mode: 0o700 })
  writeFileSync(secret, PASSWORD)
  for (const path of [data, secret]) giveToNobody(path)
  const user = ['--username=gantry', `--pwfile=${secret}`, '--auth=scram-sha-256', '--no-locale', '--encoding=UTF8']
  const [command = '', ...args] = asNobody([join(bin, 'initdb'), `--pgdata=${data}`, '--no-sync', ...user])
  const made = await run(command, args)
  if (!made.ok) throw new Error(`PostgreSQL made no database: ${tail(made.output)}`)
  const port = await freePort()
  const url = `postgres://gantry:${PASSWORD}@127.0.0.1:${port}/postgres`
  return await runServer({ name: 'postgres', port, password: PASSWORD, url }, folder, () => launch(bin, data, port))
}

/** Of the newest version that is installed. */
function programs(): string | undefined {
  try {
    const [newest] = readdirSync(INSTALLED).sort((a, b) => Number(b) - Number(a))
    return newest === undefined ? undefined : join(INSTALLED, newest, 'bin')
  } catch {
    return undefined
  }
}

async function launch(bin: string, data: string, port: number): Promise<ServerProcess> {
  // What an earlier one was doing ends by itself, a moment after it.
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await launchOnce(bin, data, port)
    } catch (error) {
      if (attempt === 20) throw error
      await sleep(250)
    }
  }
}

async function launchOnce(bin: string, data: string, port: number): Promise<ServerProcess> {
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200']
  const options = settings.flatMap((setting) => ['-c', setting])
  const command = asNobody([join(bin, 'postgres'), '-D', data, '-p', String(port), ...options])
  const server = await startServerProcess('bash', [
    join(import.meta.dirname, '../machine/supervise.sh'),
    String(port),
    ...command,
  ])
  // It listens before it has recovered.
  for (let wait = 0; wait < 300; wait++) {
    if ((await run(join(bin, 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port)])).ok) return server
    await sleep(100)
  }
  await server.kill()
  throw new Error('PostgreSQL listened, but did not answer for 30 s')
}
