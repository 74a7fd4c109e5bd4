import { GantryError } from '@gantry/core'

import type { Scan } from '../structure/window.ts'
import type { HeaderSource } from './header-source.ts'

/** Performs the reads that a scan asks for. */
export async function runScan<T>(scan: Scan<T>, source: HeaderSource): Promise<T> {
  let step = scan.next()
  while (step.done !== true) step = scan.next(await source.read(step.value.start, step.value.end))
  return step.value
}

/** Performs the reads at once. */
export function runScanSync<T>(scan: Scan<T>, read: (start: number, end: number) => Uint8Array): T {
  let step = scan.next()
  while (step.done !== true) step = scan.next(read(step.value.start, step.value.end))
  return step.value
}

/** Reads from the first bytes of a file of `size` bytes; `invalid` where the scan needs more than those. */
export function readingFrom(bytes: Uint8Array, size: number): (start: number, end: number) => Uint8Array {
  return (start, end) => {
    if (start >= bytes.length && start < size) {
      throw new GantryError(
        'invalid',
        `The header needs more than the first ${bytes.length} bytes: read it from a source.`,
      )
    }
    return bytes.subarray(start, end)
  }
}
