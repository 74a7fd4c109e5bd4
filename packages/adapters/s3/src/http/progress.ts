import type { Socket } from 'node:net'

/** What has moved on a connection, for progress reports and for the stall watch. */
export class Progress {
  #socket: Socket | undefined
  #report: ((bytes: number) => void) | undefined
  #received = 0
  #accepted = 0
  #pending = 0

  watch(socket: Socket): void {
    this.#socket = socket
  }

  begin(report: ((bytes: number) => void) | undefined): void {
    this.#report = report
  }

  end(): void {
    this.#report = undefined
    this.#pending = 0
  }

  /** Bytes are handed to the system, which has not taken them all. */
  get sending(): boolean {
    return this.#pending > 0
  }

  startSending(pieces: readonly Uint8Array[]): void {
    for (const piece of pieces) this.#pending += piece.length
  }

  endSending(bodyBytes: number): void {
    this.#accepted += this.#pending
    this.#pending = 0
    if (bodyBytes > 0) this.#report?.(bodyBytes)
  }

  received(count: number): void {
    this.#received += count
  }

  told(count: number): void {
    if (count > 0) this.#report?.(count)
  }

  /** Bytes that moved so far, both ways; of a write under way, those that the system has taken. */
  get moved(): number {
    return this.#received + this.#accepted + Math.max(0, this.#pending - this.#queued())
  }

  /** A large write on a slow line takes minutes. Node's own socket timeout looks at the same figure. */
  #queued(): number {
    // oxlint-disable-next-line no-underscore-dangle -- it has no public name
    const handle: unknown = (this.#socket as { _handle?: unknown } | undefined)?._handle
    const queued = (handle as { writeQueueSize?: unknown } | null | undefined)?.writeQueueSize
    return typeof queued === 'number' ? queued : this.#pending
  }
}
