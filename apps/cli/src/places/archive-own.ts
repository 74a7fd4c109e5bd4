import type { Selection } from '@gantry/core'

const own = /(?:^|\/)\.gantry\//u

/** Whether it is of what an archive keeps beside its entries: manifests, and keys to them. */
export function isArchiveOwn(path: string): boolean {
  return own.test(path)
}

const ownGlob = '**/.gantry/**'

/**
 * A selection without what an archive keeps beside its entries. What is asked of entries (a day, a name) is not asked of manifests and keys: the
 * day of their file says nothing of what they are for. So they are meant where all of a place is, also but for some, or where they are named.
 */
export function withoutOwn(selection: Selection): Selection {
  const { prefix: _place, exclude: _but, ...chosen } = selection
  const all = Object.values(chosen).every((filter) => filter === undefined)
  return all || namesOwn(selection) ? selection : exceptOwn(selection)
}

/** What is to be removed: where something is to stay, the manifests and keys that tell of it stay too, unless they are named. */
export function keepingOwn(selection: Selection): Selection {
  return selection.exclude === undefined || namesOwn(selection) ? selection : exceptOwn(selection)
}

function namesOwn({ include = [] }: Selection): boolean {
  return include.some((pattern) => pattern.includes('.gantry'))
}

function exceptOwn(selection: Selection): Selection {
  const { exclude = [] } = selection
  return exclude.includes(ownGlob) ? selection : { ...selection, exclude: [...exclude, ownGlob] }
}
