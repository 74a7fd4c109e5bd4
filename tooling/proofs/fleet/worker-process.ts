import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../../../apps/cli/bin/gantry.js', import.meta.url))

export interface FleetUrls {
  readonly queue: string
  readonly database: string
}

/** `gantry fleet worker` in a process of its own. */
export class WorkerProcess {
  readonly #child: ChildProcess
  /** Of its log, by outcome. */
  readonly outcomes = new Map<string, number>()

  constructor(
    { queue, database }: FleetUrls,
    flags: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ) {
    this.#child = spawn(process.execPath, [bin, 'fleet', 'worker', '--json', ...flags], {
      env: { ...process.env, ...env, GANTRY_QUEUE: queue, GANTRY_DATABASE: database },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    if (this.#child.stdout !== null) void this.#read(this.#child.stdout)
  }

  async #read(stdout: NodeJS.ReadableStream): Promise<void> {
    for await (const text of createInterface({ input: stdout })) {
      const [, type, outcome] = /"type":"(\w+)".*"outcome":"([\w ]+)"/u.exec(text) ?? []
      if (type === 'part' && outcome !== undefined) this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1)
    }
  }

  async kill9(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** Lets it finish what it is at. */
  async stop(): Promise<number | null> {
    return await this.#end('SIGTERM')
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = once(this.#child, 'exit')
      this.#child.kill(signal)
      await ended
    }
    return this.#child.exitCode
  }
}
