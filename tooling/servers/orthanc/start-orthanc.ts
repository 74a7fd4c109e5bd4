import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeDataFolder, startInDebianRoot } from '../machine/debian-root/debian-root.ts'
import { freePort } from '../machine/free-port.ts'
import { makeInstanceFolder } from '../machine/instance-folder.ts'
import { listenersBeyondLoopback } from '../machine/listeners.ts'
import type { InstalledRoot } from '../machine/debian-root/debian-root.ts'
import type { ServerProcess } from '../machine/server-process.ts'
import { runServer } from '../running-server.ts'
import { installOrthanc, type OrthancSuite } from './install-orthanc.ts'
import { orthancConfiguration, type OrthancOptions } from './orthanc-configuration.ts'
import { type AvailableOrthanc, orthancAccess, type RunningOrthanc } from './orthanc-server.ts'

export type StartOrthanc = OrthancOptions & {
  /** Bookworm's, unless said otherwise. */
  suite?: OrthancSuite
}

/**
 * Installs Orthanc with its DICOMweb plugin where it is not yet, and starts a new, empty one on a free port of
 * 127.0.0.1. It runs as nobody, and ends with this process.
 */
export async function startOrthanc(options: StartOrthanc = {}): Promise<RunningOrthanc> {
  const { suite = 'bookworm' } = options
  const installed = await installOrthanc(suite)
  // Somebody may be faster on a port that was free.
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOn(installed, await freePort(), { ...options, suite })
    } catch (error) {
      if (attempt === 3) throw error
    }
  }
}

export function orthancName(version: string | undefined, { suite, login }: StartOrthanc): string {
  return `orthanc${version === undefined ? '' : `-${version}`} (${suite}${login ? ', with a password' : ''})`
}

function startOn({ root, version }: InstalledRoot, port: number, options: StartOrthanc): Promise<RunningOrthanc> {
  const folder = makeInstanceFolder()
  const data = makeDataFolder(folder)
  writeFileSync(join(data, 'orthanc.json'), JSON.stringify(orthancConfiguration(port, options)))
  copyFileSync(join(import.meta.dirname, 'loopback.c'), join(data, 'loopback.c'))
  const server: AvailableOrthanc = {
    name: orthancName(version, options),
    ...orthancAccess(`http://127.0.0.1:${port}`, options.login),
  }
  return runServer(server, folder, () => launch(root, data, port, server))
}

async function launch(root: string, data: string, port: number, server: AvailableOrthanc): Promise<ServerProcess> {
  const process = await startInDebianRoot(root, data, join(import.meta.dirname, 'orthanc.sh'), [String(port)])
  const beyond = listenersBeyondLoopback(port)
  if (beyond.length > 0) {
    await process.kill()
    throw new Error(`Orthanc listens beyond the loopback address (${beyond.join(', ')}) and was stopped`)
  }
  // It listens before its plugin answers.
  for (let wait = 0; wait < 300; wait++) {
    const response = await fetch(`${server.root}/studies?limit=1`, { headers: server.headers }).catch(() => undefined)
    await response?.body?.cancel()
    if (response?.ok) return process
    await sleep(100)
  }
  await process.kill()
  throw new Error('Orthanc listened, but its DICOMweb did not answer for 30 s')
}
