import { GantryError, isPath } from '@gantry/core'

/**
 * The name, within the set of files, of what a file refers to: relative to its own folder. `invalid` for addresses, and
 * for names that lead out of the set: nothing but what was given is ever read.
 */
export function besideOf(name: string, reference: string): string {
  const path = reference.replaceAll('\\', '/')
  const segments = name.split('/').slice(0, -1)
  if (path.startsWith('/') || /^[a-z][a-z0-9+.-]*:/iu.test(path)) throw outside(name)
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment !== '..') segments.push(segment)
    else if (segments.pop() === undefined) throw outside(name)
  }
  const found = segments.join('/')
  if (!isPath(found)) throw outside(name)
  return found
}

function outside(path: string): GantryError {
  return new GantryError('invalid', 'The file refers to something outside of the files that were given.', { path })
}
