import type { Interruption, Io, Output } from '../src/io.ts'
import { main } from '../src/main.ts'

export interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** Both outputs are terminals of so many columns. */
  readonly terminal?: number
  /** What the person at the terminal answers. */
  readonly answer?: boolean | undefined
  /** What they type where nobody shall see it, one after the other. */
  readonly secrets?: readonly string[]
  /** What is piped in. */
  readonly input?: string
  /** Nothing that is written to stdout gets out. */
  readonly stdoutBroken?: boolean
  /** Sees what is printed, and may ask the command to stop. */
  readonly watch?: (text: string, interrupt: (why: Interruption) => void) => void
}

export interface RunResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** Lines of stdout that are JSON. */
  readonly json: readonly Readonly<Record<string, unknown>>[]
  /** What was asked. */
  readonly questions: readonly string[]
}

/** Runs the command line in this process, its outputs caught. */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const listeners = new Set<(why: Interruption) => void>()
  const questions: string[] = []
  const secrets = [...(options.secrets ?? [])]
  const texts = { stdout: '', stderr: '' }
  const interrupt = (why: Interruption) => {
    for (const listener of listeners) listener(why)
  }
  const output = (name: 'stdout' | 'stderr'): Output => ({
    write(text) {
      texts[name] += text
      options.watch?.(text, interrupt)
    },
    ready: () => Promise.resolve(),
    written: () => Promise.resolve(name === 'stderr' || options.stdoutBroken !== true),
    isTerminal: options.terminal !== undefined,
    columns: options.terminal ?? 80,
  })
  const io: Io = {
    stdout: output('stdout'),
    stderr: output('stderr'),
    env: { HOME: '/nowhere', ...options.env },
    cwd: options.cwd ?? process.cwd(),
    interactive: options.terminal !== undefined,
    onInterrupt(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    confirm(question) {
      questions.push(question)
      return Promise.resolve(options.answer)
    },
    askSecret(question) {
      questions.push(question)
      return Promise.resolve(secrets.shift())
    },
    readLine: () => Promise.resolve(options.input?.split('\n', 1)[0] ?? ''),
  }
  const code = await main(argv, io)
  const json = texts.stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  return { code, ...texts, json, questions }
}
