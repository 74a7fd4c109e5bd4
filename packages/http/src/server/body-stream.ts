import type { Bytes } from '@gantry/core'

export interface Sending {
  /** Of the request: whoever asked has gone when it aborts, and then nothing is amiss. */
  readonly signal: AbortSignal
  readonly onError: (error: unknown) => void
  /** Cuts the connection off: how a body that fails ends where it is said already that all is well. */
  readonly cutOff?: (() => void) | undefined
}

/**
 * A body that goes out as it is read. What is borrowed is copied, because a web stream keeps what it is given. Why it
 * fails is told to `onError` alone: a server might write it into the body, or to the terminal.
 */
export function bodyStream(bytes: Bytes, { signal, onError, cutOff }: Sending): ReadableStream<Uint8Array> {
  const iterator = bytes[Symbol.asyncIterator]()
  return new ReadableStream(
    {
      type: 'bytes',
      async pull(controller) {
        try {
          let { done, value } = await iterator.next()
          // A stream of bytes takes no empty chunk.
          while (done !== true && value.length === 0) ({ done, value } = await iterator.next())
          if (done === true) controller.close()
          else controller.enqueue(new Uint8Array(value))
        } catch (error) {
          if (!signal.aborted) onError(error)
          if (cutOff === undefined) controller.error(new Error('The body broke off.'))
          else cutOff()
        }
      },
      async cancel() {
        await iterator.return?.()
      },
    },
    { highWaterMark: 0 },
  )
}
