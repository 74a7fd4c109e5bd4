import { EventEmitter, once } from 'node:events'

/** Shut, it holds back all that would pass: a partition of the network. */
export class Gate {
  readonly #opened = new EventEmitter().setMaxListeners(0)
  #shut = false

  get isShut(): boolean {
    return this.#shut
  }

  shut(): void {
    this.#shut = true
  }

  open(): void {
    this.#shut = false
    this.#opened.emit('open')
  }

  /** Resolves once it is open; rejects when the signal is aborted. */
  async passed(signal: AbortSignal): Promise<void> {
    while (this.#shut) await once(this.#opened, 'open', { signal })
  }
}
