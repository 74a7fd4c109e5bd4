import { leafSize } from '../pack/leaves.ts'

/** Of two readings at once; what is more is garbage. */
const most = 8
const free: Uint8Array[] = []

/** A buffer of a leaf's length: a fresh one for every run would have the collector at work all the time. */
export function takeLeaf(): Uint8Array {
  return free.pop() ?? Buffer.allocUnsafeSlow(leafSize)
}

/** Gives a buffer back, when its last borrower is done with it. */
export function giveLeaf(buffer: Uint8Array): void {
  if (free.length < most) free.push(buffer)
}
