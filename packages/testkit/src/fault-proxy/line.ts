import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { delivered } from './delivered.ts'
import type { Link } from './fault.ts'
import type { Gate } from './gate.ts'

/** Bytes on their way at most: what TCP itself would keep in flight, so that latency alone does not limit throughput. */
const largestWindow = 8 * 1024 * 1024
const smallestWindow = 256 * 1024

interface InFlight {
  readonly bytes: Uint8Array
  /** On the clock of `performance.now()`. */
  readonly due: number
}

/** One direction of one connection: bytes go into a socket in order, with back-pressure, and as late as the link says. */
export class Line {
  /** Bytes given to the socket. */
  sent = 0
  readonly #socket: Socket
  readonly #gate: Gate
  readonly #signal: AbortSignal
  #link: Link
  #queue: InFlight[] = []
  #queued = 0
  #running: Promise<void> | undefined
  /** Until when the bytes accepted so far occupy the link, and when the last of them is due. */
  #busyUntil: number
  #lastDue = 0
  #wake: () => void = () => {}

  /** `openAt`: nothing can be on its way before, because a connection takes a round trip to be made. */
  constructor(socket: Socket, gate: Gate, signal: AbortSignal, link: Link, openAt: number) {
    this.#socket = socket
    this.#gate = gate
    this.#signal = signal
    this.#link = link
    this.#busyUntil = openAt
  }

  /** Bytes sent from now on go by this link; they do not overtake what is in flight. */
  use(link: Link): void {
    this.#link = link
  }

  /** Resolves when more may be sent. */
  async send(bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) return
    const { latency = 0, bandwidth = Infinity } = this.#link
    if (latency === 0 && bandwidth === Infinity && this.#running === undefined) return this.#write(bytes)
    // A slow link delivers its bytes evenly: in pieces of 20 ms.
    const piece = Math.max(1, Math.min(bytes.length, Math.ceil(bandwidth / 50)))
    const window = Math.max(smallestWindow, Math.min(largestWindow, (bandwidth * (latency + 20)) / 1000))
    for (let at = 0; at < bytes.length; at += piece) {
      const part = bytes.subarray(at, at + piece)
      this.#busyUntil = Math.max(this.#busyUntil, performance.now()) + (part.length / bandwidth) * 1000
      this.#lastDue = Math.max(this.#lastDue, this.#busyUntil + latency)
      this.#queue.push({ bytes: part, due: this.#lastDue })
      this.#queued += part.length
      this.#running ??= this.#run()
      while (this.#queued >= window) await this.#roomMade()
    }
  }

  /** Resolves when all that was sent is with the operating system. */
  async flush(): Promise<void> {
    await this.#running
    const notBegun = this.#socket.pending && !this.#socket.connecting
    if (notBegun || this.#socket.destroyed || this.#socket.writableEnded) return
    await new Promise<void>((resolve) => this.#socket.write(new Uint8Array(0), () => resolve()))
  }

  /** Resolves when all that was sent is with the other end. */
  async delivered(): Promise<void> {
    await this.flush()
    await delivered(this.#socket)
  }

  /** A clean end (FIN) behind all that was sent. */
  async end(): Promise<void> {
    await this.#running
    await this.#gate.passed(this.#signal)
    if (!this.#socket.writableEnded) this.#socket.end()
  }

  async #roomMade(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve
    })
    this.#signal.throwIfAborted()
  }

  async #run(): Promise<void> {
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
        const wait = next.due - performance.now()
        if (wait > 0) await sleep(Math.ceil(wait), undefined, { signal: this.#signal })
        await this.#write(next.bytes)
        this.#queued -= next.bytes.length
        this.#wake()
      }
    } catch {
      // Only the end of the connection stops a line; who waits for room learns it from the signal.
      this.#queue = []
    } finally {
      this.#running = undefined
      this.#wake()
    }
  }

  /** What is sent to a socket that is gone is lost, as on a real network; its reader notices. */
  async #write(bytes: Uint8Array): Promise<void> {
    if (this.#gate.isShut) await this.#gate.passed(this.#signal)
    if (this.#socket.destroyed || this.#socket.writableEnded) return
    this.sent += bytes.length
    if (!this.#socket.write(bytes)) await drained(this.#socket)
  }
}

/** Resolves when the socket takes more, or none ever again. */
async function drained(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      socket.off('drain', done).off('close', done)
      resolve()
    }
    socket.once('drain', done).once('close', done)
  })
}
