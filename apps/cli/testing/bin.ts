import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const bin = fileURLToPath(new URL('../bin/gantry.js', import.meta.url))

export interface Ended {
  /** Exit code, or the signal that ended it. */
  readonly code: number | string
  readonly stdout: string
  readonly stderr: string
}

export interface SpawnOptions {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** The Node to run it with. */
  readonly node?: string
  /** Milliseconds after which it is ended, because it hangs. */
  readonly timeout?: number
  /** Sees each piece of what it prints on stdout. */
  readonly watch?: (text: string, child: ChildProcess) => void
  /** A file that stdout is written to instead. */
  readonly into?: string
  /** What it reads on stdin; default: nothing is there to read. */
  readonly input?: string
}

/** Runs the real thing, in a process of its own. */
export async function spawnGantry(argv: readonly string[], options: SpawnOptions): Promise<Ended> {
  const { cwd, env, node = process.execPath, timeout, watch, into, input } = options
  const output = into === undefined ? undefined : openSync(into, 'w')
  const child = spawn(node, [bin, ...argv], {
    cwd,
    env: { ...process.env, ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', output ?? 'pipe', 'pipe'],
    timeout,
  })
  if (output !== undefined) closeSync(output)
  child.stdin?.end(input)
  const texts = { stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    texts.stdout += text
    watch?.(text, child)
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    texts.stderr += text
  })
  const code = await new Promise<number | string>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (exit, signal) => resolve(exit ?? signal ?? 'ended'))
  })
  return { code, ...texts }
}
