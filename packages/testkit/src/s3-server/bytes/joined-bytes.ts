import type { StoredBytes } from './stored-bytes.ts'

/** Parts laid end to end without copying them: how a multipart upload becomes an object. */
export function joinedBytes(parts: readonly StoredBytes[]): StoredBytes {
  return {
    size: parts.reduce((sum, part) => sum + part.size, 0),
    async *read(start, end, block) {
      let offset = 0
      for (const part of parts) {
        if (offset >= end) return
        if (offset + part.size > start) {
          yield* part.read(Math.max(0, start - offset), Math.min(part.size, end - offset), block)
        }
        offset += part.size
      }
    },
    hold: () => {
      for (const part of parts) part.hold()
    },
    release: async () => {
      await Promise.all(parts.map((part) => part.release()))
    },
  }
}
