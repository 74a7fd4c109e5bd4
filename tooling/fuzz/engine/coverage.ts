import { type Profiler, Session } from 'node:inspector/promises'

/** Which blocks of the project's own code have run: V8 counts them for every debugger, and so for this. */
export class Coverage {
  readonly #session = new Session()
  readonly #seen = new Set<string>()

  private constructor() {
    this.#session.connect()
  }

  static async start(): Promise<Coverage> {
    const coverage = new Coverage()
    await coverage.#session.post('Profiler.enable')
    await coverage.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
    return coverage
  }

  get blocks(): number {
    return this.#seen.size
  }

  /** Blocks that ran since this was last asked, and never before. */
  async news(): Promise<ReadonlySet<string>> {
    const ran = (await this.#take()).filter((block) => !this.#seen.has(block))
    for (const block of ran) this.#seen.add(block)
    return new Set(ran)
  }

  /** Those of these blocks that ran since this was last asked. */
  async reached(blocks: ReadonlySet<string>): Promise<readonly string[]> {
    return (await this.#take()).filter((block) => blocks.has(block))
  }

  async #take(): Promise<string[]> {
    const { result } = await this.#session.post('Profiler.takePreciseCoverage')
    return result
      .filter(isOurs)
      .flatMap(({ url, functions }) =>
        functions.flatMap(({ ranges }) =>
          ranges
            .filter(({ count }) => count > 0)
            .map(({ startOffset, endOffset }) => `${url} ${startOffset} ${endOffset}`),
        ),
      )
  }

  stop(): void {
    this.#session.disconnect()
  }
}

function isOurs({ url }: Profiler.ScriptCoverage): boolean {
  return url.includes('/packages/') && !url.includes('/node_modules/') && !url.includes('/testkit/')
}
