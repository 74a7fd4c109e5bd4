import { type Socket } from 'node:net'

import { GantryError } from '@gantry/core/driver'
import { sayingCertificate } from '@gantry/http'

import { dial, headFor, type Origin } from './dial.ts'
import { Intake, scratchSize } from './intake.ts'
import { endOfHead, framingOf, longestHead, malformed, parseResponseHead, type ResponseHead } from './response-head.ts'
import { Progress } from './progress.ts'

/** One request, rendered. */
export interface Outgoing {
  readonly method: string
  /** Request line, headers and the empty line. */
  readonly head: string
  readonly body?: Uint8Array | AsyncIterable<Uint8Array> | undefined
  /** Told of bytes of a body as they move, in whatever direction. */
  readonly report?: ((bytes: number) => void) | undefined
}

/** One answer: its head, and its body to be read or given up. */
export interface Incoming extends ResponseHead {
  readonly body: Intake
}

/** Largest piece that is handed to the socket at once, so that progress can be told between two. */
const pieceSize = 1024 * 1024
/** Pieces up to here wait for the next one, and share its packet. */
const smallPiece = 512

/**
 * One connection, for one request after the other. It reads into buffers of its own, which is three times as fast as
 * a stream: see docs/decisions.
 */
export class Connection {
  readonly origin: Origin
  readonly progress = new Progress()
  /** Called once when the exchange under way is over, however it ended. */
  onDone: (() => void) | undefined
  /** Milliseconds, monotonic: when it became idle. */
  idleSince = 0
  readonly #socket: Socket
  readonly #onIdle: (connection: Connection) => void
  readonly #onEnd: (connection: Connection) => void
  #scratch = Buffer.allocUnsafe(scratchSize)
  #scratched = 0
  #intoSlab = false
  #intake: Intake | undefined
  #paused = false
  #keepAlive = true
  #outgoing: Outgoing | undefined
  #sent = true
  /** The body's producer is being waited for, which is no fault of the server. */
  #producing = false
  #answered = false
  #heard = false
  #error: Error | undefined
  #awaitingHead: { resolve: (incoming: Incoming) => void; reject: (error: unknown) => void } | undefined

  constructor(
    origin: Origin,
    listeners: { onIdle: (connection: Connection) => void; onEnd: (connection: Connection) => void },
  ) {
    this.origin = origin
    this.#onIdle = listeners.onIdle
    this.#onEnd = listeners.onEnd
    const { socket, wire } = dial(origin, {
      buffer: () => this.#nextBuffer(),
      callback: (count) => this.#onBytes(count),
    })
    this.#socket = socket
    this.#socket.on('error', (error: Error) => this.#fail(sayingCertificate(error)))
    this.#socket.on('end', () => this.#fail())
    this.#socket.on('close', () => this.#fail())
    this.progress.watch(wire)
  }

  get usable(): boolean {
    return this.#error === undefined && this.#outgoing === undefined && this.#keepAlive
  }

  /** Nothing at all was heard since the last request was begun. */
  get silent(): boolean {
    return !this.#heard
  }

  /** Whether something is awaited from the other side, so that silence is a stall. */
  get waiting(): boolean {
    if (this.#outgoing === undefined || this.#producing) return false
    return this.progress.sending || this.#awaitingHead !== undefined || (this.#intake?.awaited ?? false)
  }

  /** A body is on its way, up or down. */
  get moving(): boolean {
    return this.progress.sending || (this.#answered && this.#intake !== undefined)
  }

  /** An idle connection alone does not keep the process alive. */
  hold(yes: boolean): void {
    if (yes) this.#socket.ref()
    else this.#socket.unref()
  }

  async exchange(outgoing: Outgoing): Promise<Incoming> {
    if (this.#error !== undefined) throw this.#error
    this.#outgoing = outgoing
    this.#heard = false
    this.#answered = false
    this.#sent = false
    this.#producing = false
    this.progress.begin(outgoing.report)
    return await new Promise<Incoming>((resolve, reject) => {
      this.#awaitingHead = { resolve, reject }
      // What the body's producer throws is the reason, and what came of the request does not matter then.
      this.#send(outgoing).catch((error: unknown) => this.destroy(error as Error))
    })
  }

  destroy(error?: Error): void {
    this.#fail(error ?? new GantryError('unavailable', 'The connection was given up.'))
  }

  async #send(outgoing: Outgoing): Promise<void> {
    const head = Buffer.from(headFor(this.origin, outgoing.head), 'latin1')
    const { body } = outgoing
    if (body === undefined) await this.#write([head], 0)
    else if (body instanceof Uint8Array) await this.#sendBytes(head, body)
    else await this.#sendChunks(head, body)
    this.#sent = true
    this.#idleWhenDone()
  }

  async #sendBytes(head: Buffer, body: Uint8Array): Promise<void> {
    const first = body.subarray(0, pieceSize)
    await this.#write([head, first], first.length)
    await this.#sendPieces(body, pieceSize)
  }

  async #sendPieces(body: Uint8Array, from: number): Promise<void> {
    for (let at = from; at < body.length && !this.#answered; at += pieceSize) {
      const piece = body.subarray(at, at + pieceSize)
      await this.#write([piece], piece.length)
    }
    if (this.#answered && from < body.length) this.#keepAlive = false
  }

  async #sendChunks(head: Buffer, body: AsyncIterable<Uint8Array>): Promise<void> {
    let unsent: Uint8Array[] = [head]
    let unsentBody = 0
    this.#producing = true
    for await (const chunk of body) {
      this.#producing = false
      if (this.#answered || this.#error !== undefined) {
        // The server has said its last word, most likely an error, and will not read the rest.
        this.#keepAlive = false
        return
      }
      const first = chunk.subarray(0, pieceSize)
      if (chunk.length <= smallPiece) unsent.push(Uint8Array.from(chunk))
      else {
        await this.#write([...unsent, first], unsentBody + first.length)
        unsent = []
        unsentBody = 0
        await this.#sendPieces(chunk, pieceSize)
      }
      if (unsent.length > 0) unsentBody += chunk.length
      this.#producing = true
    }
    this.#producing = false
    if (unsent.length > 0) await this.#write(unsent, unsentBody)
  }

  /** Resolves when the system has taken all of it; never rejects, because the exchange as a whole does. */
  async #write(pieces: readonly Uint8Array[], bodyBytes: number): Promise<void> {
    const socket = this.#socket
    if (this.#error !== undefined) return
    await new Promise<void>((resolve) => {
      this.progress.startSending(pieces)
      socket.cork()
      pieces.forEach((piece, index) => {
        if (index < pieces.length - 1) socket.write(piece)
        else socket.write(piece, () => resolve())
      })
      socket.uncork()
    })
    this.progress.endSending(bodyBytes)
  }

  #nextBuffer(): Uint8Array {
    const space = this.#intake?.space()
    this.#intoSlab = space !== undefined
    return space ?? this.#scratch.subarray(this.#scratched)
  }

  /** Called by the socket with what it put into the last `#nextBuffer`; `false` stops it from reading on. */
  #onBytes(count: number): boolean {
    this.#heard = true
    this.progress.received(count)
    try {
      if (this.#intoSlab) {
        this.#intake?.took(count)
        this.progress.told(count)
        this.#idleWhenDone()
      } else {
        this.#scratched += count
        this.#readScratch(count)
      }
    } catch (error) {
      this.destroy(error as Error)
    }
    this.#paused = this.#intake !== undefined && !this.#intake.over && !this.#intake.hasRoom
    return !this.#paused
  }

  #readScratch(fresh: number): void {
    const bytes = this.#scratch.subarray(0, this.#scratched)
    if (this.#intake !== undefined) {
      this.#scratched = 0
      this.#feed(this.#intake, bytes)
      return
    }
    if (this.#awaitingHead === undefined) throw malformed()
    const end = endOfHead(bytes, bytes.length - fresh)
    if (end < 0) {
      if (bytes.length >= longestHead) throw malformed()
      if (bytes.length === this.#scratch.length) this.#scratch = Buffer.concat([bytes], bytes.length * 2)
      return
    }
    const head = parseResponseHead(bytes.subarray(0, end))
    const rest = bytes.subarray(end)
    if (head.status < 200) {
      // 101 would change the protocol, which nobody asked for.
      if (head.status === 101) throw malformed()
      this.#scratch.copyWithin(0, end, this.#scratched)
      this.#scratched = rest.length
      if (rest.length > 0) this.#readScratch(rest.length)
      return
    }
    this.#begin(head, rest)
  }

  #begin(head: ResponseHead, rest: Buffer): void {
    const framing = framingOf(this.#outgoing?.method ?? '', head)
    const intake = new Intake(framing, { resume: () => this.#resume(), abandon: () => this.destroy() })
    this.#keepAlive &&= head.keepAlive && framing !== 'close'
    this.#scratched = 0
    this.#answered = true
    this.#intake = intake
    const awaiting = this.#awaitingHead
    this.#awaitingHead = undefined
    awaiting?.resolve({ ...head, body: intake })
    if (!intake.over && rest.length > 0) this.#feed(intake, rest)
    else if (rest.length > 0) this.#keepAlive = false
    this.#idleWhenDone()
  }

  #feed(intake: Intake, bytes: Buffer): void {
    const count = intake.feed(bytes)
    this.progress.told(count)
    // Nothing was asked for beyond this answer: whatever follows it cannot be trusted.
    if (count < bytes.length) this.#keepAlive = false
    this.#idleWhenDone()
  }

  #resume(): void {
    if (!this.#paused || this.#intake?.hasRoom === false) return
    this.#paused = false
    this.#socket.resume()
  }

  #idleWhenDone(): void {
    if (this.#outgoing === undefined || this.#intake?.over !== true) return
    if (!this.#sent && this.#keepAlive) return
    this.#outgoing = undefined
    this.#intake = undefined
    this.#done()
    if (!this.#keepAlive) this.#fail()
    else if (this.#error === undefined) this.#onIdle(this)
  }

  #fail(error?: Error): void {
    if (this.#error !== undefined) return
    this.#error = error ?? new GantryError('unavailable', 'The server closed the connection.')
    this.#socket.destroy()
    this.#intake?.close(error)
    this.#awaitingHead?.reject(this.#error)
    this.#awaitingHead = undefined
    this.#outgoing = undefined
    this.#done()
    this.#onEnd(this)
  }

  #done(): void {
    this.progress.end()
    const { onDone } = this
    this.onDone = undefined
    onDone?.()
  }
}
