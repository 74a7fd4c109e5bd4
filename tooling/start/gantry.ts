import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../../apps/cli/bin/gantry.js', import.meta.url))

/** A line of `gantry --json`; its README has the shapes. */
export interface Line {
  readonly type: string
  readonly id?: string
  readonly path?: string
  readonly target?: string
  readonly exit?: number
  readonly elapsed?: number
  readonly unverified?: number
  readonly message?: string
  readonly progress?: { readonly [Name in 'total' | 'done' | 'skipped' | 'failed']: Amount } & {
    readonly retries: number
  }
  readonly state?: string
  readonly record?: { readonly done: Amount }
  readonly totals?: Readonly<Record<string, Amount>>
  readonly bytes?: number
}

interface Amount {
  readonly entries: number
  readonly bytes: number
}

export interface GantryOptions {
  /** Where jobs are recorded. */
  readonly state: string
  readonly signal: AbortSignal
  /** Sees every line; `kill` ends the process with SIGKILL. */
  readonly see?: (line: Line, kill: () => void) => void
}

/** Runs the command that people run, in a process of its own; answers with its exit code, or the signal that ended it. */
export async function gantry(args: readonly string[], { state, signal, see }: GantryOptions): Promise<number | string> {
  signal.throwIfAborted()
  const child = spawn(process.execPath, [bin, ...args, '--json'], {
    env: { ...process.env, GANTRY_STATE: state },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const kill = () => void child.kill('SIGKILL')
  signal.addEventListener('abort', kill, { once: true })
  try {
    const ended = new Promise<number | string>((resolve, reject) => {
      child.on('error', reject)
      child.on('exit', (code, killedBy) => resolve(code ?? killedBy ?? 'ended'))
    })
    for await (const text of createInterface({ input: child.stdout })) {
      const line = parse(text)
      if (line !== undefined) see?.(line, kill)
    }
    const code = await ended
    signal.throwIfAborted()
    return code
  } finally {
    signal.removeEventListener('abort', kill)
  }
}

/** A killed process may leave half a line. */
function parse(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line
  } catch {
    return undefined
  }
}
