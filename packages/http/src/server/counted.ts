import { type Bytes, passage } from '@gantry/core'

/**
 * A body that tells how much of it went, once, when it is over: whole, broken off, or never asked for; `left` where it was
 * not asked for to its end.
 */
export function counted(body: Bytes, end: (sent: number, left: boolean) => void): Bytes {
  let sent = 0
  return passage(body, {
    see(chunk) {
      sent += chunk.length
    },
    ended: (left) => end(sent, left),
  })
}
