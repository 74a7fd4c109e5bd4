import { GantryError } from '@gantry/core/driver'

import { ChunkedDecoder } from './chunked.ts'
import type { Framing } from './response-head.ts'
import { giveSlab, takeSlab } from './slabs.ts'

/** Most bytes that are fed to an intake at once, but for those that came with the head of the answer. */
export const scratchSize = 16 * 1024

/** What an intake asks of the connection that fills it. */
export interface IntakeSource {
  /** There is room again. */
  resume(): void
  /** Nobody wants the rest. */
  abandon(): void
}

/**
 * The body of one answer, on its way from a socket to whoever reads it, through two slabs: the socket fills one while
 * the reader holds the other, and is paused when both are taken. Chunks are whole slabs, but for the last.
 */
export class Intake implements AsyncIterableIterator<Uint8Array> {
  readonly #source: IntakeSource
  readonly #decoder: ChunkedDecoder | undefined
  readonly #length: number
  #remaining: number
  #filling: Buffer | undefined
  #filled = 0
  readonly #ready: { slab: Buffer; length: number }[] = []
  #held: Buffer | undefined
  #waiting: { resolve: (result: IteratorResult<Uint8Array>) => void; reject: (error: unknown) => void } | undefined
  #over = false
  #error: unknown

  constructor(framing: Framing, source: IntakeSource) {
    this.#source = source
    this.#decoder = framing === 'chunked' ? new ChunkedDecoder() : undefined
    this.#length = typeof framing === 'number' ? framing : Number.POSITIVE_INFINITY
    this.#remaining = this.#length
    this.#over = framing === 0
  }

  /** All of the body has come; it may still wait to be read. */
  get over(): boolean {
    return this.#over
  }

  /** A reader waits, so that silence of the socket is a stall. */
  get awaited(): boolean {
    return this.#waiting !== undefined
  }

  /** Whether the socket may read on. */
  get hasRoom(): boolean {
    return this.#filling !== undefined || this.#ready.length + (this.#held === undefined ? 0 : 1) < 2
  }

  /** Where the socket may put the next bytes itself; `undefined` for bodies that must be decoded. */
  space(): Buffer | undefined {
    if (this.#decoder !== undefined || this.#over || !this.hasRoom) return undefined
    const slab = (this.#filling ??= takeSlab(this.#length))
    return slab.subarray(this.#filled, Math.min(slab.length, this.#filled + this.#remaining))
  }

  /** The socket put `count` bytes into `space`. */
  took(count: number): void {
    this.#filled += count
    this.#remaining -= count
    if (this.#remaining === 0) this.#end()
    else if (this.#filled === this.#filling?.length) this.#passOn()
  }

  /** Takes bytes that were read elsewhere; answers how many of them were of this body. */
  feed(bytes: Buffer): number {
    if (this.#decoder === undefined) {
      const count = Math.min(bytes.length, this.#remaining)
      this.#copy(bytes.subarray(0, count))
      this.#remaining -= count
      if (this.#remaining === 0) this.#end()
      return count
    }
    const count = this.#decoder.feed(bytes, (piece) => this.#copy(piece))
    if (this.#decoder.over) this.#end()
    else if (this.#filled > (this.#filling?.length ?? 0) - scratchSize) this.#passOn()
    return count
  }

  /** The connection ended: the end of a body that says no other, a truncation of all others. */
  close(error?: unknown): void {
    if (this.#over || this.#error !== undefined) return
    if (error === undefined && this.#decoder === undefined && this.#length === Number.POSITIVE_INFINITY) {
      this.#end()
      return
    }
    this.#error = error ?? new GantryError('unavailable', 'The connection ended in the middle of the answer.')
    this.#waiting?.reject(this.#error)
    this.#waiting = undefined
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    this.#giveBackHeld()
    const result = this.#take()
    if (result !== undefined) return result
    if (this.#error !== undefined) {
      this.#giveBackAll()
      throw this.#error
    }
    return await new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#source.resume()
    })
  }

  async return(): Promise<IteratorResult<Uint8Array>> {
    if (!this.#over) {
      this.#over = true
      this.#source.abandon()
    }
    this.#giveBackAll()
    return { done: true, value: undefined }
  }

  #take(): IteratorResult<Uint8Array> | undefined {
    const first = this.#ready.shift()
    if (first === undefined) return this.#over ? { done: true, value: undefined } : undefined
    this.#held = first.slab
    if (!this.#over) this.#source.resume()
    return { done: false, value: first.slab.subarray(0, first.length) }
  }

  #copy(bytes: Buffer): void {
    let at = 0
    while (at < bytes.length) {
      const slab = (this.#filling ??= takeSlab(this.#length))
      const count = bytes.copy(slab, this.#filled, at)
      at += count
      this.#filled += count
      if (this.#filled === slab.length) this.#passOn()
    }
  }

  #end(): void {
    this.#over = true
    this.#passOn()
  }

  #passOn(): void {
    if (this.#filling !== undefined && this.#filled > 0) {
      this.#ready.push({ slab: this.#filling, length: this.#filled })
      this.#filling = undefined
      this.#filled = 0
    }
    if (this.#waiting === undefined) return
    const result = this.#take()
    if (result === undefined) return
    this.#waiting.resolve(result)
    this.#waiting = undefined
  }

  #giveBackHeld(): void {
    if (this.#held !== undefined) giveSlab(this.#held)
    this.#held = undefined
  }

  #giveBackAll(): void {
    this.#giveBackHeld()
    for (const { slab } of this.#ready.splice(0)) giveSlab(slab)
    if (this.#filling !== undefined) giveSlab(this.#filling)
    this.#filling = undefined
  }
}
