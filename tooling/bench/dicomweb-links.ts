import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { gantry } from './gantry.ts'

export interface Started {
  readonly url: string
  stop(): Promise<void>
}

/** A link in a process of its own: milliseconds one way, bytes a second of each connection. */
export async function startLink(target: string, latency: number, bandwidth: number): Promise<Started> {
  const args = [join(import.meta.dirname, 'slow-link.ts'), target, String(latency), String(bandwidth)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string]
  return { url, stop: async () => await stop(child) }
}

/** `gantry serve` of a folder, once all of it is in its index; `flags` may let it take more. */
export async function startServe(folder: string, index: string, flags: readonly string[] = []): Promise<Started> {
  const { command, args } = gantry(['serve', folder, '--port', '0', '--index', index, '--json', ...flags])
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let url = ''
  for await (const text of createInterface(child.stdout)) {
    const line = JSON.parse(text) as { readonly type: string; readonly url?: string }
    if (line.type === 'serving') url = line.url ?? ''
    if (line.type === 'index') break
  }
  // What it says of requests is not read, and must not hold it up.
  child.stdout.resume()
  return { url, stop: async () => await stop(child) }
}

async function stop(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close')
  child.kill('SIGKILL')
  await closed
}
