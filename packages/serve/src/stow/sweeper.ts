import { isGantryError, type Store, type Upload } from '@gantry/core'

/** What is younger may be another process's, which is at it: for longer than anybody takes. */
const day = 86_400_000
const hour = 3_600_000

/**
 * Removes temporary files that instances which were being stored left when their process died: they begin with the header, in
 * clear, and no listing shows them. Uploads in parts are left: jobs know of them, and go on with them.
 */
export class Sweeper {
  readonly #store: Store
  readonly #onError: (error: unknown) => void
  readonly #controller = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #timer: ReturnType<typeof setInterval> | undefined

  constructor(store: Store, onError: (error: unknown) => void) {
    this.#store = store
    this.#onError = onError
  }

  /** Now, and every hour; resolves when that has been done once. */
  async start(): Promise<void> {
    const again = () => {
      this.#running = this.#running.then(async () => await this.#sweep())
    }
    again()
    this.#timer ??= setInterval(again, hour)
    await this.#running
  }

  async stop(): Promise<void> {
    this.#controller.abort()
    clearInterval(this.#timer)
    await this.#running
  }

  async #sweep(): Promise<void> {
    const { uploads } = this.#store
    const { signal } = this.#controller
    if (uploads === undefined || signal.aborted) return
    const before = Date.now() - day
    try {
      for await (const left of uploads.unfinished(undefined, { signal })) {
        const { started = Infinity } = left
        if (isTemporary(left) && started < before) await uploads.abort(left, { signal })
      }
    } catch (error) {
      // Before the first image is stored, there may be no folder.
      if (!signal.aborted && !(isGantryError(error) && error.code === 'not_found')) this.#onError(error)
    }
  }
}

/** Of a write that is no upload: it is known by its own name alone. */
function isTemporary({ path, id }: Upload): boolean {
  return path.slice(path.lastIndexOf('/') + 1).includes(id)
}
