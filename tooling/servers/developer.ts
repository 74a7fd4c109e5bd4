import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startFakeGcs } from './gcs/start-fake-gcs.ts'
import { startKubo } from './kubo/start-kubo.ts'
import { startMinio } from './minio/start-minio.ts'
import { makeInstanceFolder, removeInstanceFolder, runFolder, sweepInstanceFolders } from './machine/instance-folder.ts'
import type { OrthancSuite } from './orthanc/install-orthanc.ts'
import { startOrthanc } from './orthanc/start-orthanc.ts'
import { startRgw } from './rgw/start-rgw.ts'
import type { RgwSuite } from './rgw/suite.ts'
import type { RunningServer } from './running-server.ts'
import type { S3Access } from './s3-server.ts'

/** What can be started by hand. */
export type Wanted =
  | { kind: 'rgw'; suite: RgwSuite }
  | { kind: 'minio' }
  | { kind: 'gcs' }
  | { kind: 'kubo' }
  | { kind: 'orthanc'; suite: OrthancSuite }

/** A server that a process in the background holds for a developer. */
export type DeveloperServer = { name: string; pid: number; access: string }

const RECORD = 'server.json'

/** Runs a server until this process is told to end; the record is for `status` and `stop`. */
export async function holdServer(wanted: Wanted): Promise<void> {
  const server = await start(wanted)
  const folder = makeInstanceFolder()
  writeFileSync(join(folder, 'record'), JSON.stringify({ name: server.name, access: server.access, pid: process.pid }))
  renameSync(join(folder, 'record'), join(folder, RECORD))
  const forever = setInterval(() => {}, 1 << 30)
  await new Promise((resolve) => process.once('SIGTERM', resolve).once('SIGINT', resolve))
  clearInterval(forever)
  await server.stop()
  removeInstanceFolder(folder)
}

async function start(wanted: Wanted): Promise<RunningServer & { name: string; access: string }> {
  if (wanted.kind === 'orthanc') {
    const server = await startOrthanc({ suite: wanted.suite })
    return { ...server, access: server.root }
  }
  if (wanted.kind === 'gcs') {
    const server = await startFakeGcs()
    return { ...server, access: `STORAGE_EMULATOR_HOST=${server.endpoint}` }
  }
  if (wanted.kind === 'kubo') {
    const node = await startKubo()
    return { ...node, access: `${node.api}  gateway ${node.gateway}` }
  }
  const server = wanted.kind === 'rgw' ? await startRgw({ suite: wanted.suite }) : await startMinio()
  return { ...server, access: s3Access(server) }
}

function s3Access({ endpoint, accessKey, secretKey, region }: S3Access): string {
  return `${endpoint}  ${accessKey} ${secretKey}  ${region}, path style`
}

export async function startInBackground(wanted: Wanted): Promise<DeveloperServer> {
  const words = 'suite' in wanted ? [wanted.kind, wanted.suite] : [wanted.kind]
  const holder = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), 'hold', ...words], {
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
