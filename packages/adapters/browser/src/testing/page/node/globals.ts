import { setImmediate } from './timers.ts'

class PageBuffer extends Uint8Array {
  static alloc(size: number): PageBuffer {
    return new PageBuffer(size)
  }

  static byteLength(text: string): number {
    return new TextEncoder().encode(text).length
  }

  static concat(chunks: readonly Uint8Array[]): PageBuffer {
    const all = new PageBuffer(chunks.reduce((sum, { length }) => sum + length, 0))
    let at = 0
    for (const chunk of chunks) {
      all.set(chunk, at)
      at += chunk.length
    }
    return all
  }

  static compare(a: Uint8Array, b: Uint8Array): number {
    const at = a.findIndex((byte, index) => byte !== b[index])
    if (at < 0) return a.length - b.length
    return (a[at] ?? 0) - (b[at] ?? -1)
  }
}

/** Puts in place what the conformance suite uses of Node's globals. */
export function standForNode(): void {
  Object.assign(globalThis, {
    Buffer: PageBuffer,
    process: { env: {}, platform: 'browser' },
    setImmediate: (work: () => void) => void setImmediate().then(work),
  })
}
