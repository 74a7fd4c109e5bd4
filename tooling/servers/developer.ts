import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startMinio } from './minio/start-minio.ts'
import { makeInstanceFolder, removeInstanceFolder, runFolder, sweepInstanceFolders } from './machine/instance-folder.ts'
import { startRgw } from './rgw/start-rgw.ts'
import type { RgwSuite } from './rgw/suite.ts'
import type { S3Access } from './s3-server.ts'

/** A server that a process in the background holds for a developer. */
export type DeveloperServer = S3Access & { name: string; pid: number }

const RECORD = 'server.json'

/** Runs a server until this process is told to end; the record is for `status` and `stop`. */
export async function holdServer(kind: 'rgw' | 'minio', suite: RgwSuite): Promise<void> {
  const server = kind === 'rgw' ? await startRgw({ suite }) : await startMinio()
  const folder = makeInstanceFolder()
  writeFileSync(join(folder, 'record'), JSON.stringify({ ...server, pid: process.pid }))
  renameSync(join(folder, 'record'), join(folder, RECORD))
  const forever = setInterval(() => {}, 1 << 30)
  await new Promise((resolve) => process.once('SIGTERM', resolve).once('SIGINT', resolve))
  clearInterval(forever)
  await server.stop()
  removeInstanceFolder(folder)
}

export async function startInBackground(kind: 'rgw' | 'minio', suite: RgwSuite): Promise<DeveloperServer> {
  const holder = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), 'hold', kind, suite], {
    stdio: 'ignore',
    detached: true,
  })
  let ended = false
  holder.once('exit', () => (ended = true))
  for (;;) {
    const server = runningServers().find(({ pid }) => pid === holder.pid)
    if (ended) throw new Error('the server ended before it was ready')
    if (server !== undefined) {
      holder.unref()
      return server
    }
    await sleep(100)
  }
}

export function runningServers(): DeveloperServer[] {
  sweepInstanceFolders()
  return readdirSync(runFolder())
    .map((name) => join(runFolder(), name, RECORD))
    .filter((path) => existsSync(path))
    .map((path) => JSON.parse(readFileSync(path, 'utf8')))
}

export async function stopInBackground(): Promise<void> {
  for (const { pid } of runningServers()) process.kill(pid, 'SIGTERM')
  while (runningServers().length > 0) await sleep(100)
}
