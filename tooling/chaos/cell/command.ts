import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../../../apps/cli/bin/gantry.js', import.meta.url))

interface Count {
  readonly entries: number
}

/** A line of `gantry --json`; the README of the command has the shapes. */
export interface Line {
  readonly type: string
  readonly path?: string
  readonly reason?: string
  readonly outcome?: string
  readonly message?: string
  readonly phase?: string
  readonly verified?: boolean
  readonly progress?: {
    readonly done: Count
    readonly skipped: Count
    readonly failed: Count
    readonly retries: number
  }
}

export interface Run {
  /** Exit code, or the signal that ended it. */
  readonly code: number | string
  readonly lines: readonly Line[]
  readonly stderr: string
  /** It did not end by itself. */
  readonly hung?: true
}

/** Longer than any client is patient, on a machine that is busy with other things as well. */
const patience = 240_000

/** Runs the command in a process of its own; `watch` may kill it (SIGKILL), and is asked every few milliseconds. */
export async function runGantry(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  watch: (lines: readonly Line[], kill: () => void) => void = () => {},
): Promise<Run> {
  const child = spawn(process.execPath, [bin, ...args, '--json'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<number | string>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve(code ?? signal ?? 'ended'))
  })
  const lines: Line[] = []
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-4000)
  })
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = parse(text)
    if (line !== undefined) lines.push(line)
  })
  const watching = setInterval(() => watch(lines, () => void child.kill('SIGKILL')), 3)
  const last = { resort: false }
  const lastResort = setTimeout(() => {
    last.resort = true
    child.kill('SIGKILL')
  }, patience)
  try {
    return { code: await ended, lines, stderr, ...(last.resort && { hung: true as const }) }
  } finally {
    clearInterval(watching)
    clearTimeout(lastResort)
  }
}

/** What it said last, for people. */
export function lastOf({ lines, stderr }: Run): string {
  return lines.findLast(({ message }) => message !== undefined)?.message ?? stderr.slice(-300)
}

/** A killed process may leave half a line. */
function parse(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line
  } catch {
    return undefined
  }
}
