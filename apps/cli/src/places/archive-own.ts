import { compileSelection, type Selection } from '@gantry/core'

const own = /(?:^|\/)\.gantry\//u

/** Whether it is of what an archive keeps beside its entries: manifests, and keys to them. */
export function isArchiveOwn(path: string): boolean {
  return own.test(path)
}

/**
 * Whether a selection means a path that it matches. What is asked of entries (a day, a name) is not asked of manifests and keys: the day of
 * their file says nothing of what they are for. So they are meant where all of a place is, or where they are named.
 */
export function meansOwn({ prefix, ...filters }: Selection): (path: string) => boolean {
  if (prefix !== undefined || Object.values(filters).every((filter) => filter === undefined)) return () => true
  const include = filters.include?.filter((pattern) => pattern.includes('.gantry')) ?? []
  const isNamed = include.length === 0 ? () => false : compileSelection({ include }, { headers: false })
  return (path) => !isArchiveOwn(path) || isNamed({ path })
}
