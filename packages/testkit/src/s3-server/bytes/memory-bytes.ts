import type { BytesStore, BytesWriter, StoredBytes } from './stored-bytes.ts'

/** Below this a body is one buffer; above it the chunks stay as they came, since joining would double the memory. */
const joinBelow = 64 * 1024

export function memoryBytes(given: readonly Buffer[]): StoredBytes {
  const size = given.reduce((sum, chunk) => sum + chunk.length, 0)
  const chunks = given.length > 1 && size < joinBelow ? [Buffer.concat(given)] : given
  return {
    size,
    *read(start, end) {
      let offset = 0
      for (const chunk of chunks) {
        if (offset >= end) return
        if (offset + chunk.length > start) yield chunk.subarray(Math.max(0, start - offset), end - offset)
        offset += chunk.length
      }
    },
    hold: () => {},
    release: () => Promise.resolve(),
  }
}

export function memoryWriter(): BytesWriter {
  let chunks: Buffer[] = []
  return {
    write: (chunk) => void chunks.push(chunk),
    finish: () => Promise.resolve(memoryBytes(chunks)),
    abort: () => {
      chunks = []
      return Promise.resolve()
    },
  }
}

export function memoryStore(): BytesStore {
  return { discards: false, create: memoryWriter, close: () => Promise.resolve() }
}
