import { GantryError, type ImageIdentity, isGantryError, releasing } from '@gantry/core/driver'
import { readIdentity } from '@gantry/dicom'

import type { RetrievedPart } from '../retrieve/retrieved-part.ts'

/** Bytes in which the identity of an image must be found. */
const longestHeader = 1024 * 1024
const firstRead = 4096

/** Which image a part is, by its first bytes; and all of its body. */
export async function identified(
  part: RetrievedPart,
): Promise<{ readonly image: ImageIdentity; readonly body: AsyncIterableIterator<Uint8Array> }> {
  const start = new Beginning(part.body)
  const image = await identityIn(start, part)
  return { image, body: releasing(start.all(), async () => await part.body.return?.()) }
}

/** The same part, proved to be the instance that was asked for, as far as its bytes tell which one it is. */
export async function proved(part: RetrievedPart, instance: string): Promise<RetrievedPart> {
  const start = new Beginning(part.body)
  const close = async () => await part.body.return?.()
  try {
    const image = await identityIn(start, part).catch((error: unknown) => {
      // What nobody can read is for those who look into it.
      if (isGantryError(error) && !error.retryable && error.code !== 'integrity') return undefined
      throw error
    })
    if (image !== undefined && image.sopInstanceUID !== instance) {
      throw new GantryError('integrity', 'The service answered with another instance than was asked for.')
    }
  } catch (error) {
    await close()
    throw error
  }
  return { ...part, body: releasing(start.all(), close) }
}

async function identityIn(start: Beginning, { size }: RetrievedPart): Promise<ImageIdentity> {
  const source = {
    ...(size !== undefined && { size }),
    read: async (from: number, to: number) => await start.read(from, to),
  }
  return await readIdentity(source, { firstRead, maxHeaderBytes: longestHeader, checkPixelData: false })
}

/** The first bytes of a body that passes once: held until they are given again. */
class Beginning {
  readonly #body: AsyncIterableIterator<Uint8Array>
  #held = new Uint8Array(firstRead)
  #length = 0
  /** What is left of the last chunk: lent until the next is asked for. */
  #rest: Uint8Array = new Uint8Array()
  #ended = false

  constructor(body: AsyncIterableIterator<Uint8Array>) {
    this.#body = body
  }

  async read(from: number, to: number): Promise<Uint8Array> {
    if (to > longestHeader) throw new GantryError('invalid', 'The header is too long to tell which image it is.')
    while (this.#length < to && (await this.#fill())) {
      const count = Math.min(to - this.#length, this.#rest.length)
      this.#keep(this.#rest.subarray(0, count))
      this.#rest = this.#rest.subarray(count)
    }
    // Copied: what is held moves when it grows.
    return this.#held.slice(from, Math.min(to, this.#length))
  }

  async *all(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      if (this.#length > 0) yield this.#held.subarray(0, this.#length)
      if (this.#rest.length > 0) yield this.#rest
      yield* this.#body
    } finally {
      await this.#body.return?.()
    }
  }

  async #fill(): Promise<boolean> {
    while (this.#rest.length === 0 && !this.#ended) {
      const { done, value } = await this.#body.next()
      if (done === true) this.#ended = true
      else this.#rest = value
    }
    return !this.#ended
  }

  #keep(bytes: Uint8Array): void {
    if (this.#length + bytes.length > this.#held.length) {
      const larger = new Uint8Array(2 * (this.#length + bytes.length))
      larger.set(this.#held.subarray(0, this.#length))
      this.#held = larger
    }
    this.#held.set(bytes, this.#length)
    this.#length += bytes.length
  }
}
