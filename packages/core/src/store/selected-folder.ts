import { GantryError } from '../errors/gantry-error.ts'
import type { Entry } from './entry.ts'
import { compileGlob } from './glob.ts'
import type { Selection } from './selection.ts'
import type { ListOptions } from './store-options.ts'

/** Whether something below a folder can be selected, as far as that is plain. */
export function mayHold({ include = ['**'], exclude = [] }: Selection): (folder: string) => boolean {
  // Any other pattern could leave something over.
  const whole = exclude.filter((pattern) => /(?:^|\/)\*\*$/u.test(pattern)).map(compileGlob)
  // Up to the first segment that is not plain.
  const heads = include.map((pattern) => (pattern.includes('/') ? pattern.replace(/(?:^|\/)[^/]*[*?[{].*/su, '') : ''))
  return (folder) => {
    const below = `${folder}/`
    const holds = (head: string) => head === '' || below.startsWith(`${head}/`) || `${head}/`.startsWith(below)
    return !whole.some((glob) => glob(`${below}x`)) && heads.some(holds)
  }
}

/** Tells of what is listed and is no entry; see `ListOptions`. `selected` goes by the path alone. */
export function tellRefused(
  { path, refused }: Entry,
  selection: Selection,
  selected: (entry: Entry) => boolean,
  { onRefused }: ListOptions,
): void {
  const name = path.replace(/^\.\//u, '')
  const folder = refused !== undefined && name.endsWith('/') ? name.slice(0, -1) : undefined
  // What a folder holds cannot be told: it is left out only as a whole. A damaged record can have held anything.
  const meant =
    refused?.code === 'integrity' ||
    (folder === undefined
      ? selected({ path: name })
      : mayHold(selection)(folder) && selection.exclude?.some((pattern) => compileGlob(pattern)(folder)) !== true)
  if (!meant) return
  const why = refused ?? new GantryError('invalid', 'Its name is no path.', { path })
  if (onRefused !== undefined) onRefused(path, why)
  else if (why.code !== 'invalid') throw why
}
