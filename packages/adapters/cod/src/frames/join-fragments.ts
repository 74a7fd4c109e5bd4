/**
 * The bytes of a frame whose first item header stands before it. Where it has several fragments, the item headers
 * between them are left out. `undefined` where these are not whole items: then the offset was wrong.
 */
export function joinFragments(bytes: Uint8Array): Uint8Array | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const fragments: Uint8Array[] = []
  let at = 0
  while (at < bytes.length) {
    if (at + 8 > bytes.length || view.getUint16(at, true) !== 0xfffe || view.getUint16(at + 2, true) !== 0xe000) {
      return undefined
    }
    const length = view.getUint32(at + 4, true)
    at += 8
    // The length that is recorded may leave out a fragment's padding.
    if (at + length > bytes.length + 1) return undefined
    fragments.push(bytes.subarray(at, at + length))
    at += length
  }
  if (fragments.length === 1) return fragments[0]
  const joined = new Uint8Array(fragments.reduce((sum, { length }) => sum + length, 0))
  let filled = 0
  for (const fragment of fragments) {
    joined.set(fragment, filled)
    filled += fragment.length
  }
  return joined
}
