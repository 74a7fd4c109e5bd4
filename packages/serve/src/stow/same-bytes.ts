import type { Bytes } from '@gantry/core'
import { close } from '@gantry/core/driver'

/** Whether two bodies are the same, read side by side; the first is read to its end in any case. */
export async function sameBytes(first: Bytes, second: Bytes): Promise<boolean> {
  const others = second[Symbol.asyncIterator]()
  let rest: Uint8Array = new Uint8Array(0)
  let same = true
  try {
    for await (const chunk of first) {
      for (let at = 0; same && at < chunk.length;) {
        if (rest.length === 0) {
          const { done, value } = await others.next()
          if (done === true) same = false
          else rest = value
          continue
        }
        const length = Math.min(rest.length, chunk.length - at)
        for (let index = 0; index < length; index += 1) if (rest[index] !== chunk[at + index]) same = false
        at += length
        rest = rest.subarray(length)
      }
    }
    if (!same || rest.length > 0) return false
    for (;;) {
      const { done, value } = await others.next()
      if (done === true) return true
      if (value.length > 0) return false
    }
  } finally {
    await close(second)
  }
}
