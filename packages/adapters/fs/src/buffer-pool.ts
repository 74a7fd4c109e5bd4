const smallest = 64 * 1024
/** Largest chunk that a body yields. */
export const largestBuffer = 1024 * 1024
/** As many as entries are moved at once: what is not kept is garbage, of half a megabyte an entry. */
const keptEach = 64

/** Buffers by powers of two, used again and again: fresh memory costs a page fault every 4 KiB. */
const free = new Map<number, Uint8Array[]>()

/** Plain arrays and no `Buffer`s, whose `slice` does not copy: who borrows a chunk may rely on it. */
export function takeBuffer(length: number): Uint8Array {
  let size = smallest
  while (size < length && size < largestBuffer) size *= 2
  return free.get(size)?.pop() ?? new Uint8Array(Buffer.allocUnsafeSlow(size).buffer)
}

/** Gives a buffer back. Its last borrower must be done with it, and no read into it may be under way. */
export function giveBuffer(buffer: Uint8Array): void {
  const kept = free.get(buffer.length)
  if (kept === undefined) free.set(buffer.length, [buffer])
  else if (kept.length < keptEach) kept.push(buffer)
}
