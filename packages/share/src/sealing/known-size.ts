import { type Entry, GantryError } from '@gantry/core'

/** Bytes of an entry; `unsupported` where its store learns them by reading alone. */
export function knownSize({ size, path }: Pick<Entry, 'size' | 'path'>): number {
  if (size !== undefined) return size
  throw new GantryError(
    'unsupported',
    'This store does not tell how long its files are: copy them to a folder first.',
    {
      path,
    },
  )
}
