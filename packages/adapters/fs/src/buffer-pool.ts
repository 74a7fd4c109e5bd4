const smallest = 64 * 1024
/** Largest chunk that a body yields. */
export const largestBuffer = 1024 * 1024
const keptEach = 16

/** Buffers by powers of two, used again and again: fresh memory costs a page fault every 4 KiB. */
const free = new Map<number, Buffer[]>()

export function takeBuffer(length: number): Buffer {
  let size = smallest
  while (size < length && size < largestBuffer) size *= 2
  return free.get(size)?.pop() ?? Buffer.allocUnsafeSlow(size)
}

/** Gives a buffer back. Its last borrower must be done with it, and no read into it may be under way. */
export function giveBuffer(buffer: Buffer): void {
  const kept = free.get(buffer.length)
  if (kept === undefined) free.set(buffer.length, [buffer])
  else if (kept.length < keptEach) kept.push(buffer)
}
