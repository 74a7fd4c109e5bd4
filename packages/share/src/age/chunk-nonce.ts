/** The nonce of a payload's chunk: a counter of 11 bytes, and one byte that marks the last chunk. */
export function chunkNonce(index: number, last: boolean): Uint8Array {
  const nonce = new Uint8Array(12)
  const view = new DataView(nonce.buffer)
  view.setUint32(3, Math.floor(index / 2 ** 32))
  view.setUint32(7, index % 2 ** 32)
  nonce[11] = last ? 1 : 0
  return nonce
}
