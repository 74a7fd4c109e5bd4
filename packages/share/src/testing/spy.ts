import { type Bytes, type StoreDriver, tap, withCalls } from '@gantry/core/driver'

/** Counts what is written to a store, whole and in parts, and lets a test stand in the way. */
export class Spy {
  /** What it looks at. */
  readonly driver: StoreDriver
  /** Bytes sent. */
  bytes = 0
  /** Paths that were written, or whose uploads were completed. */
  readonly paths: string[] = []
  /** Called with every chunk that is sent, before it is; may throw. */
  onChunk: (path: string) => void = () => {}

  constructor(driver: StoreDriver) {
    const { resumable } = driver
    this.driver = withCalls(driver, {
      write: async (entry, body, call) => {
        this.paths.push(entry.path)
        const written = await driver.write?.(entry, this.#counted(entry.path, body), call)
        if (written === undefined) throw new TypeError('The driver cannot do that.')
        return written
      },
      ...(resumable !== undefined && {
        resumable: withCalls(resumable, {
          putPart: async (upload, part, body, call) =>
            await resumable.putPart(upload, part, this.#counted(upload.path, body), call),
          complete: async (upload, entry, parts, call) => {
            this.paths.push(upload.path)
            return await resumable.complete(upload, entry, parts, call)
          },
        }),
      }),
    })
  }

  #counted(path: string, body: Bytes): Bytes {
    return tap(body, (chunk) => {
      this.onChunk(path)
      this.bytes += chunk.length
    })
  }
}
