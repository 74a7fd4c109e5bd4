import type { Bytes } from '@gantry/core'
import { close, releasing } from '@gantry/core/driver'

/** One part of an answer. */
export interface Part {
  readonly headers: Readonly<Record<string, string>>
  /** Borrowed, chunk by chunk. */
  readonly body: Bytes
}

/** What is done with a part that nobody wants any more. */
export async function closePart({ body }: Part): Promise<void> {
  await close(body)
}

const encoder = new TextEncoder()

/** A boundary that nothing holds by chance. */
export function newBoundary(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(20))
  return `gantry-${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

export function multipartType(type: string, boundary: string): string {
  return `multipart/related; type="${type}"; boundary=${boundary}`
}

/** What stands before a part's body; its length in bytes is that in characters. */
export function partHead(headers: Readonly<Record<string, string>>, boundary: string, isFirst: boolean): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${isFirst ? '' : '\r\n'}--${boundary}\r\n${lines.join('')}\r\n`
}

/** What stands behind the last one. */
export function multipartEnd(boundary: string): string {
  return `\r\n--${boundary}--\r\n`
}

/** A body of parts (RFC 2387, 2046 5.1), one after another; closes the parts where it is closed itself. */
export function multipartBody(parts: AsyncIterable<Part>, boundary: string): AsyncIterableIterator<Uint8Array> {
  const iterator = parts[Symbol.asyncIterator]()
  const body = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    let isFirst = true
    /** Its head is being sent. */
    let begun: Part | undefined
    try {
      for (;;) {
        const { done, value } = await iterator.next()
        if (done === true) break
        begun = value
        yield encoder.encode(partHead(value.headers, boundary, isFirst))
        begun = undefined
        isFirst = false
        yield* value.body
      }
    } finally {
      if (begun !== undefined) await closePart(begun)
      await iterator.return?.()
    }
    yield encoder.encode(multipartEnd(boundary))
  }
  return releasing(body(), async () => {
    await iterator.return?.()
  })
}
