import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** Starts a script of this folder in a process of its own; arguments are plain data. */
export function startChild(script: string, args: unknown, user?: number): ChildProcess {
  const file = fileURLToPath(new URL(script, import.meta.url))
  const identity = user === undefined ? {} : { uid: user, gid: user }
  return spawn(process.execPath, ['--conditions=@gantry/source', file, JSON.stringify(args)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...identity,
  })
}

/** What a script printed, when it has ended well. */
export async function outputOf(child: ChildProcess): Promise<string> {
  let output = ''
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const [code]: unknown[] = await once(child, 'close')
  if (code !== 0) throw new Error(`The script ended with ${String(code)}.`)
  return output
}

/** Waits until a script has printed something. */
export async function firstOutputOf(child: ChildProcess): Promise<void> {
  if (child.stdout === null) throw new Error('The script prints nowhere.')
  await once(child.stdout, 'data')
}

export async function kill(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close')
  child.kill('SIGKILL')
  await closed
}
