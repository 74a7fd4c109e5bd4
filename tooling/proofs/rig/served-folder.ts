import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import { onTestFinished } from 'vitest'

import { temporaryFolder } from './temporary-folder.ts'

const bin = fileURLToPath(new URL('../../../apps/cli/bin/gantry.js', import.meta.url))

export interface ServedFolder {
  /** Of DICOMweb. */
  readonly root: string
  /** Of what was asked for so far: `GET /studies/{study}/series/{series}/metadata 200`. */
  readonly requests: readonly string[]
}

interface Line {
  readonly type: string
  readonly url?: string
  readonly method?: string
  readonly route?: string
  readonly status?: number
}

/** `gantry serve` of a folder, in a process of its own, once all of it is in its index. */
export async function serveFolder(folder: string, flags: readonly string[] = []): Promise<ServedFolder> {
  const index = join(temporaryFolder(), 'index.sqlite')
  const args = [bin, 'serve', folder, '--port', '0', '--index', index, '--json', ...flags]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(async () => {
    const closed = once(child, 'close')
    if (child.exitCode === null && child.kill('SIGKILL')) await closed
  })
  const requests: string[] = []
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let root = ''
  createInterface(child.stdout).on('line', (text) => {
    const line = JSON.parse(text) as Line
    if (line.type === 'serving') root = line.url ?? ''
    if (line.type === 'index') resolve(root)
    if (line.type === 'request') requests.push(`${line.method} ${line.route} ${line.status}`)
  })
  child.once('close', (code) => reject(new Error(`gantry serve ended with ${code}.`)))
  return { root: await promise, requests }
}
