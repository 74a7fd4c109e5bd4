import type { StoredBytes } from '../../s3-server/bytes/stored-bytes.ts'
import { flipped } from '../../s3-server/operations/measured-writer.ts'

/** The same bytes with the lowest bit of one inverted, as a disk might give them back. */
export function flippedBytes(bytes: StoredBytes, at: number | undefined): StoredBytes {
  if (at === undefined || at >= bytes.size) return bytes
  return {
    ...bytes,
    async *read(start, end) {
      let offset = start
      for await (const chunk of bytes.read(start, end)) {
        const here = at - offset
        offset += chunk.length
        yield here >= 0 && here < chunk.length ? flipped(chunk, here) : chunk
      }
    },
  }
}
