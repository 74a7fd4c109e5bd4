import type { Digests, Entry } from '@gantry/core'

import { formatCount, formatSize, formatTime } from './amounts.ts'
import { printable } from './text.ts'

/** One line of a listing; long: exact size, class and what the store says of the bytes. */
export function renderEntry(entry: Entry, long: boolean): string {
  const { path, size, modified, tier, digests } = entry
  if (!long) return `${formatSize(size).padStart(9)}  ${formatTime(modified).padEnd(16)}  ${printable(path)}`
  const columns = [
    (size === undefined ? '-' : formatCount(size)).padStart(15),
    formatTime(modified).padEnd(16),
    (tier ?? '-').padEnd(8),
  ]
  return [...columns, renderDigests(digests).padEnd(20), printable(path)].join('  ')
}

export function renderDigests(digests: Digests | undefined): string {
  const known = Object.entries(digests ?? {})
  return known.length === 0 ? '-' : known.map(([algorithm, value]) => `${algorithm}:${value}`).join(' ')
}
