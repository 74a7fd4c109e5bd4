import type { Bytes } from '@gantry/core'

import type { Answer } from './exchange.ts'

interface Sending {
  readonly signal: AbortSignal
  readonly onError: (error: unknown) => void
  readonly cutOff: (() => void) | undefined
}

/** The answer as a web response. */
export function toResponse({ status, headers, body }: Answer, sending: Sending): Response {
  if (body === undefined) return new Response(null, { status, headers })
  if (body instanceof Uint8Array) return new Response(body as Uint8Array<ArrayBuffer>, { status, headers })
  return new Response(stream(body, sending), { status, headers })
}

/**
 * A body that goes out as it is read. What is borrowed is copied, because a web stream keeps what it is given. Why it
 * fails is told to `onError` alone: a server might write it into the body.
 */
function stream(bytes: Bytes, { signal, onError, cutOff }: Sending): ReadableStream<Uint8Array> {
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
