import type { BytesStore, StoredBytes } from './stored-bytes.ts'

const zeros = Buffer.alloc(1 << 18)

/** Only the size is kept; what is read are zeros, so that a client's download can be measured too. */
function discardedBytes(size: number): StoredBytes {
  return {
    size,
    *read(start, end) {
      for (let at = start; at < end; at += zeros.length) yield zeros.subarray(0, Math.min(zeros.length, end - at))
    },
    hold: () => {},
    release: () => Promise.resolve(),
  }
}

export function discardingStore(): BytesStore {
  return {
    discards: true,
    create: () => {
      let size = 0
      return {
        write: (chunk) => {
          size += chunk.length
        },
        finish: () => Promise.resolve(discardedBytes(size)),
        abort: () => Promise.resolve(),
      }
    },
    close: () => Promise.resolve(),
  }
}
