/** Bytes that differ at every offset of a chunk: 31 bits of an LCG by position. */
export function patternBytes(size: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(size)
  let state = seed >>> 0
  for (let index = 0; index < size; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    bytes[index] = state >>> 24
  }
  return bytes
}

/** A body of chunks of these lengths, over and over, in one buffer that is spoilt when the next is asked for. */
export async function* borrowed(
  bytes: Uint8Array,
  lengths: readonly number[],
): AsyncGenerator<Uint8Array, void, undefined> {
  const buffer = new Uint8Array(Math.max(...lengths))
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const piece = bytes.subarray(at, at + (lengths[turn % lengths.length] ?? 1))
    buffer.set(piece)
    at += piece.length
    yield buffer.subarray(0, piece.length)
    buffer.fill(0xee)
  }
}
