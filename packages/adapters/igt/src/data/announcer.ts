interface Waiting {
  readonly key: string
  readonly fileSize: number
  readonly settle: PromiseWithResolvers<void>
}

/** Most files of one call. */
const most = 500

/**
 * Tells the service of files that are to come: those that ask while a call is under way go together in the next.
 */
export class Announcer {
  readonly #send: (files: readonly { readonly key: string; readonly fileSize: number }[]) => Promise<unknown>
  #waiting: Waiting[] = []
  #running = false
  /** What was told of files that have not come yet. */
  readonly #early = new Map<string, { readonly fileSize: number; readonly told: Promise<void> }>()

  constructor(send: (files: { key: string; fileSize: number }[]) => Promise<unknown>) {
    this.#send = (files) => send([...files])
  }

  /** Tells of a file that is to come some time later. */
  async expect(key: string, fileSize: number): Promise<void> {
    const told = this.#tell(key, fileSize)
    this.#early.set(key, { fileSize, told })
    await told
  }

  /** Of a file that comes now; what was told of it early counts, once. */
  async announce(key: string, fileSize: number): Promise<void> {
    const early = this.#early.get(key)
    this.#early.delete(key)
    if (early?.fileSize !== fileSize || !(await succeeds(early.told))) await this.#tell(key, fileSize)
  }

  async #tell(key: string, fileSize: number): Promise<void> {
    const settle = Promise.withResolvers<void>()
    this.#waiting.push({ key, fileSize, settle })
    if (!this.#running) void this.#run()
    await settle.promise
  }

  async #run(): Promise<void> {
    this.#running = true
    // What asks in the same turn goes with the first.
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, most)
      try {
        await this.#send(batch.map(({ key, fileSize }) => ({ key, fileSize })))
        for (const { settle } of batch) settle.resolve()
      } catch (error) {
        for (const { settle } of batch) settle.reject(error)
      }
    }
    this.#running = false
  }
}

async function succeeds(told: Promise<void>): Promise<boolean> {
  return await told.then(
    () => true,
    () => false,
  )
}
