/** Chunks that are spoiled when the next is asked for, and what became of their producer. */
export function lent(chunks: Iterable<Uint8Array>, failure?: Error) {
  const state = { closed: false, ended: false }
  const bytes = (async function* () {
    try {
      for (const chunk of chunks) {
        const copy = Uint8Array.from(chunk)
        yield copy
        copy.fill(0xee)
      }
      if (failure !== undefined) throw failure
      state.ended = true
    } finally {
      state.closed = true
    }
  })()
  return { state, bytes }
}

/** The same bytes in other chunks. */
export function* cut(bytes: Uint8Array, at: readonly number[]): Generator<Uint8Array> {
  let start = 0
  for (const end of [...at.toSorted((a, b) => a - b), bytes.length]) {
    yield bytes.subarray(start, end)
    start = end
  }
}
