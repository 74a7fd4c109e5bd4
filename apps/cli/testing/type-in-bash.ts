import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import { bin } from './bin.ts'

interface TypeOptions {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

/** What became of these lines in a bash with completion, as it is on the line when Enter is pressed. None of them is run. */
export async function typeInBash(lines: readonly string[], { cwd, env }: TypeOptions): Promise<string[]> {
  const never = 'false && '
  const input = [
    `gantry() { "${process.execPath}" "${bin}" "$@"; }`,
    // Twice, as from a file that was read again.
    'source <(gantry completion bash)',
    'source <(gantry completion bash)',
    ...lines.map((line) => never + line),
    'fc -ln',
  ]
  const ended = promisify(execFile)('bash', ['--norc', '--noprofile', '-i'], {
    cwd,
    env: { ...process.env, ...env, HISTFILE: '', TERM: 'dumb' },
  })
  ended.child.stdin?.end(`${input.join('\n')}\n`)
  const { stdout, stderr } = await ended
  if (/readonly|syntax error|not found/u.test(stderr)) throw new Error(stderr)
  const typed = stdout.split('\n').map((line) => line.trim())
  return typed.filter((line) => line.startsWith(never)).map((line) => line.slice(never.length))
}
