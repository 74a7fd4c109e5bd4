import { firstLine } from './first-line.ts'
import type { Interruption, Io } from './io.ts'
import { outputOf } from './output-of.ts'

/** npm and npx pass on the Ctrl-C that the terminal has sent already: within this time, two are one (milliseconds). */
const sameInterrupt = 400

/** The process that gantry runs in, as `main` sees it. */
export function processIo(): Io {
  const interrupts = new Interrupts()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupts.signal())
  process.stdout.on('error', (error: NodeJS.ErrnoException) => interrupts.broken(error))
  // Nobody reads the messages any more: no reason to stop the work.
  process.stderr.on('error', () => {})
  return {
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    env: process.env,
    cwd: process.cwd(),
    interactive: process.stdin.isTTY && process.stderr.isTTY,
    onInterrupt: (listener) => interrupts.listen(listener),
    async confirm(question) {
      const { confirm } = await import('./confirm.ts')
      return await confirm(question, { input: process.stdin, output: process.stderr })
    },
    async askSecret(question) {
      const { isCancel, password } = await import('@clack/prompts')
      const answer = await password({ message: question, output: process.stderr })
      return isCancel(answer) ? undefined : answer
    },
    readLine: async (limit) => {
      process.stdin.setEncoding('utf8')
      return await firstLine(process.stdin as AsyncIterable<string>, limit)
    },
  }
}

class Interrupts {
  readonly #listeners = new Set<(why: Interruption) => void>()
  #first: number | undefined
  #broken = false

  listen(listener: (why: Interruption) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  signal(): void {
    const now = performance.now()
    if (this.#first === undefined) {
      this.#first = now
      if (this.#listeners.size === 0) process.exit(130)
      this.#tell('signal')
    } else if (now - this.#first > sameInterrupt) process.exit(130)
  }

  broken(error: NodeJS.ErrnoException): void {
    if (this.#broken) return
    this.#broken = true
    if (error.code !== 'EPIPE') process.stderr.write(`gantry: the output cannot be written (${error.code}).\n`)
    if (this.#listeners.size === 0) process.exit(141)
    this.#tell('pipe')
  }

  #tell(why: Interruption): void {
    for (const listener of this.#listeners) listener(why)
  }
}
