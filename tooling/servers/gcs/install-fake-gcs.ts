import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { serversFolder } from '../machine/folders.ts'
import { run, tail } from '../machine/run.ts'

const MODULE = 'github.com/fsouza/fake-gcs-server@latest'

export const fakeGcsName = 'fake-gcs-server'

/** Why this machine cannot build fake-gcs-server, or undefined when it can. */
export async function fakeGcsUnavailable(): Promise<string | undefined> {
  return (await run('go', ['version'])).ok ? undefined : 'needs Go to build fake-gcs-server'
}

/** Builds fake-gcs-server from its source by Go's module proxy, once. */
export async function installFakeGcs(say: (line: string) => void = () => {}): Promise<string> {
  const folder = join(serversFolder(), fakeGcsName)
  const binary = join(folder, fakeGcsName)
  if (existsSync(binary)) return binary
  say(`building fake-gcs-server into ${folder} (once, some minutes)`)
  const { ok, output } = await run('go', ['install', MODULE], { GOBIN: folder })
  if (!ok) throw new Error(`fake-gcs-server could not be built: ${tail(output)}`)
  return binary
}
