import type { Bytes } from '@gantry/core'
import { releasing } from '@gantry/core/driver'

/** A body that tells how much of it went, once, when it is over: whole, broken off, or never asked for. */
export function counted(body: Bytes, end: (sent: number) => void): Bytes {
  let sent = 0
  const chunks = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for await (const chunk of body) {
        sent += chunk.length
        yield chunk
      }
    } finally {
      end(sent)
    }
  }
  return releasing(chunks(), async () => {
    end(0)
    await body[Symbol.asyncIterator]().return?.()
  })
}
