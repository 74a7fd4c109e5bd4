/** Bytes of a block. */
export const blockSize = 1024 * 1024
/** Of all that are in use: two a body. */
const most = 32

/** Blocks that nobody uses. */
const free: Uint8Array[] = []
let inUse = 0

/** Memory that a disk can be written to from, without the page cache between; `undefined` where all of it is in use. */
export function takeBlocks(): readonly [Uint8Array, Uint8Array] | undefined {
  if (inUse + 2 > most) return undefined
  inUse += 2
  return [free.pop() ?? makeBlock(), free.pop() ?? makeBlock()]
}

/** Gives blocks back that nothing is written from any more. */
export function giveBlocks(blocks: readonly [Uint8Array, Uint8Array]): void {
  inUse -= 2
  free.push(...blocks)
}

/** Memory that may be resized begins with a page of its own, as a disk wants it; other memory lies anywhere. */
function makeBlock(): Uint8Array {
  return new Uint8Array(new ArrayBuffer(blockSize, { maxByteLength: blockSize }), 0, blockSize)
}
