import { type Call, GantryError } from '@gantry/core/driver'

import type { Answer, Transport } from './transport.ts'

export interface SilenceOptions {
  /** Seconds in which something must come that is waited for. */
  readonly seconds: number
  /** Begins sentences in errors: `The hub`. */
  readonly service?: string | undefined
}

/**
 * The same transport, which fails with `timeout` where the other side says nothing for too long: before its answer to what only
 * reads, and between two chunks of any body while the next is asked for. What changes something may take its time, and so may
 * whoever reads.
 */
export function limitSilence(transport: Transport, options: SilenceOptions): Transport {
  return {
    streams: transport.streams,
    async send(request, call) {
      const silence = new Silence(call, options)
      const reads = request.method === 'GET' || request.method === 'HEAD'
      try {
        const sent = transport.send(request, silence.call)
        const answer = reads ? await silence.during(sent) : await sent
        const { status, endsWithConnection } = answer
        return { status, endsWithConnection, header: (name) => answer.header(name), body: limited(answer, silence) }
      } catch (error) {
        silence.end()
        throw error
      }
    },
    close() {
      transport.close()
    },
  }
}

function limited({ body }: Answer, silence: Silence): AsyncIterableIterator<Uint8Array> {
  const same: AsyncIterableIterator<Uint8Array> = {
    [Symbol.asyncIterator]: () => same,
    async next() {
      try {
        const step = await silence.during(body.next())
        if (step.done === true) silence.end()
        return step
      } catch (error) {
        silence.end()
        throw error
      }
    },
    async return() {
      silence.end()
      await body.return?.()
      return { done: true, value: undefined }
    },
  }
  return same
}

class Silence {
  readonly #outer: Call
  readonly #controller = new AbortController()
  readonly #options: SilenceOptions
  #error: GantryError | undefined
  readonly #follow = () => this.#controller.abort(this.#outer.signal.reason)

  constructor(call: Call, options: SilenceOptions) {
    this.#outer = call
    this.#options = options
    call.signal.addEventListener('abort', this.#follow)
    if (call.signal.aborted) this.#follow()
  }

  /** Ends the exchange. */
  get call(): Call {
    return { ...this.#outer, signal: this.#controller.signal }
  }

  async during<Value>(work: Promise<Value>): Promise<Value> {
    const half = (this.#options.seconds * 1000) / 2
    // In two halves: a process that was busy must look at what has come meanwhile before it blames the other side.
    let timer = setTimeout(() => (timer = setTimeout(() => this.#giveUp(), half)), half)
    try {
      return await work
    } catch (error) {
      throw this.#error ?? error
    } finally {
      clearTimeout(timer)
    }
  }

  /** Nothing more is waited for. */
  end(): void {
    this.#outer.signal.removeEventListener('abort', this.#follow)
  }

  #giveUp(): void {
    const { seconds, service = 'The service' } = this.#options
    this.#error = new GantryError('timeout', `${service} said nothing for ${seconds} seconds: try again.`)
    this.#controller.abort(this.#error)
  }
}
