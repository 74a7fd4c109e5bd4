/**
 * The nonces of a payload's chunks: a counter of 11 bytes, and one byte that marks the last chunk. Each is valid until
 * the next is asked for.
 */
export function chunkNonces(): (index: number, last: boolean) => Uint8Array {
  const nonce = new Uint8Array(12)
  return (index, last) => {
    let rest = index
    // A counter of more than 56 bits would be of more bytes than anyone has.
    for (let place = 10; place > 3; place -= 1) {
      nonce[place] = rest % 256
      rest = Math.floor(rest / 256)
    }
    nonce[11] = last ? 1 : 0
    return nonce
  }
}
