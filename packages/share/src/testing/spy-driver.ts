import {
  type Abilities,
  type ByteRange,
  type Bytes,
  type Call,
  type EntryRef,
  type NewEntry,
  type NewPart,
  type ResumableDriver,
  type Selection,
  type StoreDriver,
  tap,
  type Upload,
} from '@gantry/core/driver'

/** Counts what is written through it, whole and in parts, and lets a test stand in the way. */
export class SpyDriver implements StoreDriver {
  readonly contract = 1
  readonly scheme: string
  readonly abilities: Abilities
  readonly resumable?: ResumableDriver
  readonly #driver: StoreDriver
  /** Bytes sent. */
  bytes = 0
  /** Paths that were written, or whose uploads were completed. */
  readonly paths: string[] = []
  /** Called with every chunk that is sent, before it is; may throw. */
  onChunk: (path: string) => void = () => {}

  constructor(driver: StoreDriver) {
    this.#driver = driver
    this.scheme = driver.scheme
    this.abilities = driver.abilities
    const { resumable } = driver
    if (resumable !== undefined) this.resumable = this.#partsOf(resumable)
  }

  list(selection: Selection, call: Call) {
    return this.#driver.list(selection, call)
  }

  async stat(path: string, call: Call) {
    return await this.#driver.stat(path, call)
  }

  async read(ref: EntryRef, range: ByteRange | undefined, call: Call) {
    return await this.#driver.read(ref, range, call)
  }

  async write(entry: NewEntry, body: Bytes, call: Call) {
    this.paths.push(entry.path)
    const written = this.#driver.write?.(entry, this.#counted(entry.path, body), call)
    return (await written) ?? missing()
  }

  async remove(path: string, call: Call) {
    await this.#driver.remove?.(path, call)
  }

  codeOf(error: unknown) {
    return this.#driver.codeOf(error)
  }

  #counted(path: string, body: Bytes): Bytes {
    return tap(body, (chunk) => {
      this.onChunk(path)
      this.bytes += chunk.length
    })
  }

  #partsOf(driver: ResumableDriver): ResumableDriver {
    return {
      begin: (entry, call) => driver.begin(entry, call),
      putPart: async (upload: Upload, part: NewPart, body: Bytes, call: Call) =>
        await driver.putPart(upload, part, this.#counted(upload.path, body), call),
      listParts: (upload, call) => driver.listParts(upload, call),
      complete: async (upload, entry, parts, call) => {
        this.paths.push(upload.path)
        return await driver.complete(upload, entry, parts, call)
      },
      abort: (upload, call) => driver.abort(upload, call),
      unfinished: (prefix, call) => driver.unfinished(prefix, call),
    }
  }
}

function missing(): never {
  throw new TypeError('The driver cannot do that.')
}
