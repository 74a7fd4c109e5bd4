import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../../../apps/cli/bin/gantry.js', import.meta.url))

/** A line of `gantry --json`; its README has the shapes. */
export interface GantryLine {
  readonly type: string
  readonly id?: string
  readonly path?: string
  readonly bytes?: number
  readonly message?: string
}

export interface GantryRun {
  /** Exit code, or the signal that ended it. */
  readonly code: number | string
  /** Of the job. */
  readonly id: string
  /** Paths of entries that are done. */
  readonly done: readonly string[]
}

/** Runs the command in a process of its own; `until` says after which line it is killed (SIGKILL). */
export async function gantryCommand(
  args: readonly string[],
  state: string,
  until: (line: GantryLine, done: number) => boolean = () => false,
): Promise<GantryRun> {
  const child = spawn(process.execPath, [bin, ...args, '--json'], {
    env: { ...process.env, GANTRY_STATE: state },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<number | string>((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(code ?? signal ?? 'ended'))
  })
  let id = ''
  const done: string[] = []
  for await (const text of createInterface({ input: child.stdout })) {
    const line = parse(text)
    if (line === undefined) continue
    if (line.type === 'job') id = line.id ?? id
    if (line.type === 'entry:done') done.push(line.path ?? '')
    if (until(line, done.length)) child.kill('SIGKILL')
  }
  return { code: await ended, id, done }
}

/** A killed process may leave half a line. */
function parse(text: string): GantryLine | undefined {
  try {
    return JSON.parse(text) as GantryLine
  } catch {
    return undefined
  }
}
