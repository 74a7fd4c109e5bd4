import type { SizedEntry } from '@gantry/core/driver'

import type { Stats } from './file-operations.ts'

/** Inode, length and time of the last change: a replaced file has another inode, one written to another time. */
export function versionOf(stats: Stats): string {
  return `${stats.ino.toString(36)}-${stats.size.toString(36)}-${stats.mtimeNs.toString(36)}`
}

export function entryOf(path: string, stats: Stats): SizedEntry {
  return { path, size: Number(stats.size), modified: modifiedOf(stats), version: versionOf(stats) }
}

/** To the nearest millisecond: what was set passes through floating point and may come back a microsecond short. */
function modifiedOf(stats: Stats): number {
  const nanoseconds = stats.mtimeNs + 500_000n
  // Down, also before 1970, where the division of big integers goes up.
  return Number((nanoseconds - (((nanoseconds % 1_000_000n) + 1_000_000n) % 1_000_000n)) / 1_000_000n)
}
