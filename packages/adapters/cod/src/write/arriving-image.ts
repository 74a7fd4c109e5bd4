import type { Bytes, Call } from '@gantry/core/driver'
import type { DicomHeader } from '@gantry/dicom'

import type { Cod } from '../cod-parts.ts'
import type { SeriesName } from '../series/series-name.ts'
import { type Beside, writeBeside } from './beside.ts'
import { BodyPrefix } from './body-prefix.ts'
import { readHeaderOf } from './describe-instance.ts'
import { readSparsely } from './read-sparsely.ts'
import { type SizedBody, sizedBody } from './sized-body.ts'

/**
 * An image on its way into a series. What comes before its pixels is held, to be written into the tar when it is known
 * whose it is; where that is too much (a document, a long private value), the image is written beside the tar, and read from there.
 */
export class ArrivingImage {
  readonly #cod: Cod
  readonly #name: SeriesName
  readonly #size: number | undefined
  readonly #prefix: BodyPrefix
  #beside: Beside | undefined
  #bytes: Uint8Array | undefined
  #lost = false

  constructor(cod: Cod, name: SeriesName, body: Bytes, size: number | undefined) {
    this.#cod = cod
    this.#name = name
    this.#size = size
    this.#prefix = new BodyPrefix(body, size)
  }

  /** Its first bytes, as far as the header was read; zeros stand for long values that were not. */
  get bytes(): Uint8Array {
    return this.#bytes ?? this.#prefix.bytes
  }

  /** It was used up, and could not be kept. */
  get lost(): boolean {
    return this.#lost
  }

  async header(call: Call): Promise<DicomHeader> {
    try {
      return await readHeaderOf(this.#prefix)
    } catch (error) {
      if (!this.#prefix.full) throw error
    }
    this.#lost = true
    const beside = await writeBeside(this.#cod, this.#name, this.#prefix.body(), this.#size, call)
    this.#beside = beside
    this.#lost = false
    const { header, bytes } = await readSparsely(beside.source(call))
    this.#bytes = bytes
    return header
  }

  /** All of it, from its first byte on; more than once only where it was written beside the tar. */
  async body(call: Call): Promise<AsyncGenerator<Uint8Array, void, undefined>> {
    return this.#beside === undefined ? this.#prefix.body() : await this.#beside.body(call)
  }

  /** All of it, with its length; `done` also removes what was written of it. */
  async sized(call: Call): Promise<SizedBody> {
    const beside = this.#beside
    if (beside === undefined) return await sizedBody(this.#cod, this.#name, this.#prefix.body(), this.#size, call)
    return { size: beside.size, body: await beside.body(call), done: beside.remove }
  }

  /** It is not to be stored: nothing of it stays, and who gives it is asked for all of it. */
  async leave(call: Call): Promise<void> {
    if (this.#beside === undefined) await this.#prefix.drain()
    else await this.#beside.remove(call)
  }
}
