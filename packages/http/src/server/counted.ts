import type { Bytes } from '@gantry/core'
import { releasing } from '@gantry/core/driver'

/**
 * A body that tells how much of it went, once, when it is over: whole, broken off, or never asked for; `left` where it was
 * not asked for to its end.
 */
export function counted(body: Bytes, end: (sent: number, left: boolean) => void): Bytes {
  let sent = 0
  let left = true
  const chunks = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for await (const chunk of body) {
        sent += chunk.length
        yield chunk
      }
      left = false
    } catch (error) {
      left = false
      throw error
    } finally {
      end(sent, left)
    }
  }
  return releasing(chunks(), async () => {
    end(0, true)
    await body[Symbol.asyncIterator]().return?.()
  })
}
