import type { StoreUploads } from '@gantry/core'
import {
  bytesOf,
  type Call,
  combineCrcs,
  compareDigests,
  type NewEntry,
  type StoredPart,
  type Upload,
} from '@gantry/core/driver'

import type { StartCrc32c } from '../bytes/hasher.ts'
import { recordSize } from '../tar/pax-header.ts'
import type { Published, SentParts, TarSink } from './tar-sink.ts'

const mebibyte = 1024 * 1024
const smallestBuffer = 64 * 1024

export interface TarUploadOptions {
  readonly uploads: StoreUploads
  readonly crc32c: StartCrc32c
  readonly partSize: number
  /** Bytes that the whole will have, as far as is known. */
  readonly expected: number
}

/** A tar that is sent in parts: one is on its way while the next is gathered, and no more is held. */
export class TarUpload implements TarSink {
  readonly #options: TarUploadOptions
  readonly #upload: Upload
  readonly #parts: StoredPart[]
  readonly #least: number
  readonly #partSize: number
  /** Bytes that a buffer begins with: no more than what is to come. */
  readonly #first: number
  #buffer: Uint8Array = new Uint8Array(0)
  #spare: Uint8Array | undefined
  #filled = 0
  #sending: Promise<void> | undefined
  #sent: number
  /** Where entries end with the part that was begun then. */
  #ends: number[] = []

  private constructor(options: TarUploadOptions, upload: Upload, parts: readonly StoredPart[]) {
    const { minPartSize, maxPartSize, maxParts } = options.uploads.ability
    this.#options = options
    this.#upload = upload
    this.#parts = [...parts]
    this.#sent = parts.reduce((sum, { size }) => sum + size, 0)
    // Parts end where entries do, from half of a part's length on: so twice as much fits into as many.
    const wanted = Math.max(options.partSize, Math.ceil((2 * options.expected) / (maxParts * mebibyte)) * mebibyte)
    const size = Math.min(Math.max(wanted, minPartSize), maxPartSize)
    this.#least = Math.max(minPartSize, Math.floor(size / 2))
    this.#partSize = size
    this.#first = Math.min(size, Math.max(smallestBuffer, options.expected - this.#sent + 2 * recordSize))
  }

  static async begin(options: TarUploadOptions, entry: NewEntry, call: Call): Promise<TarUpload> {
    return new TarUpload(options, await options.uploads.begin(entry, call), [])
  }

  /** Goes on behind `sent`; what was put after it is put again. `undefined` where the store does not have all of it. */
  static async reopen(options: TarUploadOptions, sent: SentParts, call: Call): Promise<TarUpload | undefined> {
    const there = new Map((await options.uploads.listParts(sent.upload, call)).map((part) => [part.number, part]))
    const whole = sent.parts.every(({ number, size, tag }) => {
      const part = there.get(number)
      return part !== undefined && part.size === size && part.tag === tag
    })
    return whole ? new TarUpload(options, sent.upload, sent.parts) : undefined
  }

  get position(): number {
    return this.#sent + this.#filled
  }

  async write(chunk: Uint8Array, call: Call): Promise<void> {
    let rest = chunk
    while (rest.length > 0) {
      this.#makeRoom(rest.length)
      const piece = rest.subarray(0, this.#buffer.length - this.#filled)
      this.#buffer.set(piece, this.#filled)
      this.#filled += piece.length
      rest = rest.subarray(piece.length)
      if (this.#filled === this.#partSize) await this.#send(call)
    }
  }

  async settle(call: Call): Promise<SentParts | undefined> {
    if (this.#filled >= this.#least) await this.#send(call)
    // Otherwise some of this entry waits here, and it cannot be gone on with from its end.
    if (this.#filled === 0) this.#ends.push(this.#sent)
    return this.#reached()
  }

  async finish(entry: NewEntry, call: Call): Promise<Published> {
    if (this.#filled > 0) await this.#send(call)
    await this.#sending
    const crcs = this.#parts.flatMap(({ digests, size }) =>
      digests?.crc32c === undefined ? [] : [{ hex: digests.crc32c, size }],
    )
    const digests = crcs.length === this.#parts.length ? { crc32c: combineCrcs('crc32c', crcs) } : undefined
    const whole = { ...entry, size: this.#sent, ...(digests !== undefined && { digests }) }
    const stored = await this.#options.uploads.complete(this.#upload, whole, this.#parts, call)
    return { entry: stored, vouched: compareDigests(digests, stored.digests) === 'same' }
  }

  async abort(call: Call): Promise<void> {
    await this.#sending?.catch(() => {})
    await this.#options.uploads.abort(this.#upload, call)
  }

  /** Up to the last end of an entry that is there; once for each. */
  #reached(): SentParts | undefined {
    const there = this.#parts.reduce((sum, { size }) => sum + size, 0)
    const end = this.#ends.findLast((position) => position <= there)
    if (end === undefined) return undefined
    this.#ends = this.#ends.filter((position) => position > end)
    return { upload: this.#upload, parts: this.#parts.filter(({ offset, size }) => offset + size <= end) }
  }

  /** Begins to send what was gathered, when what was begun before is sent. */
  async #send(call: Call): Promise<void> {
    await this.#sending
    const buffer = this.#buffer
    const bytes = buffer.subarray(0, this.#filled)
    const running = this.#options.crc32c()
    running.update(bytes)
    const part = { number: this.#parts.length + 1, offset: this.#sent, size: bytes.length }
    this.#sent += bytes.length
    this.#filled = 0
    this.#buffer = this.#spare ?? new Uint8Array(0)
    this.#spare = undefined
    const crc32c = running.digest()
    this.#sending = this.#put({ ...part, digests: { crc32c } }, bytes, call).finally(() => {
      this.#spare = buffer
    })
    // Its failure is told by whoever waits for it next.
    this.#sending.catch(() => {})
  }

  /** As long as it need be: many small series may be on their way at once, and most fill no part. */
  #makeRoom(wanted: number): void {
    const { length } = this.#buffer
    const needed = Math.min(this.#filled + wanted, this.#partSize)
    if (needed <= length) return
    const grown = new Uint8Array(Math.min(this.#partSize, Math.max(needed, this.#first, length * 2)))
    grown.set(this.#buffer.subarray(0, this.#filled))
    this.#buffer = grown
  }

  async #put(part: Parameters<StoreUploads['putPart']>[1], bytes: Uint8Array, call: Call): Promise<void> {
    const stored = await this.#options.uploads.putPart(this.#upload, part, bytesOf(bytes), call)
    this.#parts.push({ ...stored, digests: { ...stored.digests, ...part.digests } })
  }
}
