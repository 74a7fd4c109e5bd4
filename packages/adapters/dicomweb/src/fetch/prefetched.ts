import { type Bytes, GantryError } from '@gantry/core/driver'

/** A body that is read ahead of whoever reads it, as far as its buffer goes. */
export interface Prefetched {
  /** The first to come true: all is there, or the buffer is full. Rejects when the body fails before that. */
  readonly ready: Promise<{ readonly whole: boolean; readonly bytes: number }>
  readonly body: AsyncIterableIterator<Uint8Array>
  /** Gives it up: whoever reads on gets the error, and not an end. */
  fail(error: GantryError): void
}

/**
 * Reads a body ahead into copies of its chunks, `limit` bytes at most, so that many can be on their way while they are
 * read one after another. Closing it closes the body behind it.
 */
export function prefetched(source: Bytes, limit: number): Prefetched {
  const iterator = source[Symbol.asyncIterator]()
  const queue: Uint8Array[] = []
  const ready = Promise.withResolvers<{ whole: boolean; bytes: number }>()
  let buffered = 0
  let total = 0
  let end: { readonly error?: unknown } | undefined
  const state = { stopped: false }
  let wakeReader: (() => void) | undefined
  let wakeFiller: (() => void) | undefined

  const wake = () => {
    wakeReader?.()
    wakeReader = undefined
  }
  const fill = async () => {
    try {
      while (!state.stopped) {
        const { done, value } = await iterator.next()
        if (done === true) break
        if (state.stopped) return
        queue.push(Uint8Array.from(value))
        buffered += value.length
        total += value.length
        wake()
        if (buffered < limit) continue
        ready.resolve({ whole: false, bytes: total })
        await new Promise<void>((resolve) => (wakeFiller = resolve))
      }
      end ??= {}
      ready.resolve({ whole: true, bytes: total })
    } catch (error) {
      end ??= { error }
      ready.reject(error)
    }
    wake()
  }

  const body: AsyncIterableIterator<Uint8Array> = {
    [Symbol.asyncIterator]: () => body,
    async next() {
      for (;;) {
        const chunk = queue.shift()
        if (chunk !== undefined) {
          buffered -= chunk.length
          if (buffered < limit) {
            wakeFiller?.()
            wakeFiller = undefined
          }
          return { done: false, value: chunk }
        }
        if (end !== undefined) {
          if ('error' in end) throw end.error
          return { done: true, value: undefined }
        }
        await new Promise<void>((resolve) => (wakeReader = resolve))
      }
    },
    async return() {
      stop({})
      return { done: true, value: undefined }
    },
  }
  const stop = (how: { readonly error?: unknown }) => {
    if (state.stopped) return
    const open = end === undefined
    state.stopped = true
    end = how
    queue.length = 0
    wakeFiller?.()
    wake()
    ready.reject(how.error ?? new GantryError('cancelled', 'Nobody wants it any more.'))
    // Not waited for: what hangs answers only after its own step, if ever.
    if (open) Promise.resolve(iterator.return?.()).catch(() => {})
  }
  ready.promise.catch(() => {})
  fill().catch(() => {})
  return { ready: ready.promise, body, fail: (error) => stop({ error }) }
}
