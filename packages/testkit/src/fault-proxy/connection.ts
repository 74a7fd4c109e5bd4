import { once, setMaxListeners } from 'node:events'
import { type NetConnectOpts, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Direction, Link } from './fault.ts'
import type { Gate } from './gate.ts'
import { Line } from './line.ts'
import type { Record, Subject } from './record.ts'
import type { Decision } from './schedule.ts'
import { isPointFault, type PointFault, type Strike } from './strike.ts'

/** A client's socket, the one to the upstream that belongs to it, and what can befall both. */
export class Connection {
  readonly client: Socket
  readonly upstream = new Socket({ allowHalfOpen: true })
  readonly up: Line
  readonly down: Line
  readonly link: Link
  readonly ordinal: number
  readonly record: Record
  /** Set by a stall for ever, which a client's leaving ends. */
  isStalled = false
  /** Set by what ended the answer for the client: what it still sends goes nowhere. */
  isCut = false
  readonly #target: NetConnectOpts
  readonly #ended = new AbortController()
  /** Both sockets are closed. */
  readonly ended: Promise<unknown> = once(this.#ended.signal, 'abort')

  constructor(client: Socket, target: NetConnectOpts, gate: Gate, link: Link, record: Record) {
    this.client = client
    this.#target = target
    this.link = link
    this.record = record
    this.ordinal = record.connections += 1
    const { signal } = this.#ended
    setMaxListeners(0, signal)
    const connectedAt = performance.now() + 2 * (link.latency ?? 0)
    this.up = new Line(this.upstream, gate, signal, link, connectedAt)
    this.down = new Line(client, gate, signal, link, 0)
    for (const socket of [client, this.upstream]) {
      socket.setNoDelay(true)
      socket.on('error', () => void this.#passReset(socket))
      socket.on('close', (hadError) => void this.#tidyUp(hadError))
    }
  }

  connect(): void {
    if (this.upstream.pending && !this.upstream.connecting) this.upstream.connect(this.#target)
  }

  /** Runs a pump. Those end by an error when a socket goes; any other error must not leave the client waiting. */
  async pump(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch {
      if (!this.client.destroyed && !this.upstream.destroyed) this.reset()
    }
  }

  /** What the client sent last was the end. */
  async clientEnded(): Promise<void> {
    if (this.isStalled) return this.destroy()
    return this.upstream.pending && !this.upstream.connecting ? this.down.end() : this.up.end()
  }

  /** Both ends see ECONNRESET. */
  reset(): void {
    resetSocket(this.client)
    resetSocket(this.upstream)
  }

  /** The client alone sees ECONNRESET. */
  async resetClient(): Promise<void> {
    await this.down.delivered()
    resetSocket(this.client)
    this.upstream.destroySoon()
  }

  /** The client sees the end of the stream, after all that was sent to it. */
  async truncate(): Promise<void> {
    this.isCut = true
    await this.down.end()
    resetSocket(this.upstream)
  }

  destroy(): void {
    this.client.destroy()
    this.upstream.destroy()
  }

  async stall(milliseconds: number | undefined): Promise<boolean> {
    const { signal } = this.#ended
    if (milliseconds === undefined) {
      this.isStalled = true
      await once(signal, 'abort')
      return false
    }
    await sleep(milliseconds, undefined, { signal })
    return true
  }

  /** What the decision does to a message in this direction; undefined if nothing. */
  strikeOf(decision: Decision | undefined, direction: Direction, subject: Subject): Strike | undefined {
    if (decision === undefined || !isPointFault(decision.fault)) return undefined
    const { fault, rule } = decision
    const done = { kind: fault.kind, rule, direction, ...subject }
    return {
      decision,
      fault,
      act: (at) => {
        this.record.injected.push({ ...done, at })
        return this.#perform(fault, direction)
      },
      corrupted: (at, bit) => this.record.injected.push({ ...done, at, bit }),
    }
  }

  async #perform(fault: PointFault, direction: Direction): Promise<boolean> {
    if (fault.kind === 'stall') return this.stall(fault.milliseconds)
    if (fault.kind === 'truncate') {
      await this.truncate()
    } else {
      await this[direction].delivered()
      this.reset()
    }
    return false
  }

  /** A reset is passed on, behind all that was on its way. */
  async #passReset(from: Socket): Promise<void> {
    const [to, line] = from === this.client ? [this.upstream, this.up] : [this.client, this.down]
    await line.delivered()
    resetSocket(to)
  }

  async #tidyUp(hadError: boolean): Promise<void> {
    if (this.client.destroyed && !this.upstream.destroyed && !hadError) {
      await this.up.flush()
      this.upstream.destroy()
    }
    if (this.client.destroyed && this.upstream.destroyed) this.#ended.abort()
  }
}

function resetSocket(socket: Socket): void {
  if (socket.pending && !socket.connecting) socket.destroy()
  else if (!socket.destroyed) socket.resetAndDestroy()
}
