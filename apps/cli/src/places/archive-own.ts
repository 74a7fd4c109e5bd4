import type { Selection } from '@gantry/core'

const own = /(?:^|\/)\.gantry\//u

/** Whether it is of what an archive keeps beside its entries: manifests, and keys to them. */
export function isArchiveOwn(path: string): boolean {
  return own.test(path)
}

/**
 * A selection without what an archive keeps beside its entries. What is asked of entries (a day, a name) is not asked of manifests and keys: the
 * day of their file says nothing of what they are for. So they are meant where all of a place is, or where they are named.
 */
export function withoutOwn({ prefix, ...filters }: Selection): Selection {
  const place = prefix === undefined ? {} : { prefix }
  const { include = [], exclude = [] } = filters
  const all = Object.values(filters).every((filter) => filter === undefined)
  if (all || include.some((pattern) => pattern.includes('.gantry'))) return { ...place, ...filters }
  return { ...place, ...filters, exclude: [...exclude, '**/.gantry/**'] }
}
