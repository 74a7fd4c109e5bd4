/** A body in one buffer that is overwritten when the next chunk is asked for: who keeps a chunk keeps garbage. */
export async function* spoilt(bytes: Uint8Array, length = 100_003): AsyncGenerator<Uint8Array, void, undefined> {
  const buffer = new Uint8Array(length)
  for (let at = 0; at < bytes.length; at += length) {
    const piece = bytes.subarray(at, at + length)
    buffer.set(piece)
    yield buffer.subarray(0, piece.length)
    buffer.fill(0xee)
  }
}
