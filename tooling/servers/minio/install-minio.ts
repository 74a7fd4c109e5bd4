import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { serversFolder } from '../machine/folders.ts'
import { run, tail } from '../machine/run.ts'

const MODULE = 'github.com/minio/minio@latest'

/** Why this machine cannot build MinIO, or undefined when it can. */
export async function minioUnavailable(): Promise<string | undefined> {
  return (await run('go', ['version'])).ok ? undefined : 'needs Go to build MinIO'
}

/** Builds MinIO from its source by Go's module proxy, once: it publishes no other package that a registry has. */
export async function installMinio(say: (line: string) => void = () => {}): Promise<string> {
  const folder = join(serversFolder(), 'minio')
  const binary = join(folder, 'minio')
  if (existsSync(binary)) return binary
  say(`building MinIO into ${folder} (once, about three minutes)`)
  const { ok, output } = await run('go', ['install', MODULE], { GOBIN: folder })
  if (!ok) throw new Error(`MinIO could not be built: ${tail(output)}`)
  return binary
}
