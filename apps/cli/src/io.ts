/** A stream that people, or the next program in a pipe, read. */
export interface Output {
  write(text: string): void
  /** Resolves when a slow reader has caught up; awaited in long loops, so that nothing piles up. */
  ready(): Promise<void>
  /** Whether all that was written so far has got out. */
  written(): Promise<boolean>
  readonly isTerminal: boolean
  /** Of the terminal, as it is now. */
  readonly columns: number
}

/** Why a command is asked to stop: Ctrl-C or a signal, or nobody reads its output any more. */
export type Interruption = 'signal' | 'pipe'

/** All that the command line touches of the process that it runs in; tests hand in their own. */
export interface Io {
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Someone sits there who can answer. */
  readonly interactive: boolean
  /** Told once; a second Ctrl-C ends the process. Returns what unsubscribes. */
  onInterrupt(listener: (why: Interruption) => void): () => void
  /** `undefined`: they left the question. */
  confirm(question: string): Promise<boolean | undefined>
  /** Asks for what nobody shall see on the screen. `undefined`: they left the question. */
  askSecret(question: string): Promise<string | undefined>
  /** The first line of the input, without its end; one of more characters is a usage error. */
  readLine(limit: number): Promise<string>
}
