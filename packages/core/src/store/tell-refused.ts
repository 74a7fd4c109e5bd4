import { GantryError } from '../errors/gantry-error.ts'
import type { Entry } from './entry.ts'
import { compileGlob } from './glob.ts'
import { compileSelection, type Selection } from './selection.ts'
import { mayHold } from './selected-folder.ts'
import type { ListOptions } from './store-options.ts'

/** Tells of what is listed and is no entry, where it could be meant; see `ListOptions`. */
export function tellRefused({ path: name, refused }: Entry, selection: Selection, { onRefused }: ListOptions): void {
  if (refused === undefined || !name.endsWith('/')) {
    if (!compileSelection(selection, { headers: false })({ path: name.replace(/^\.\//u, '') })) return
  } else if (!mayBeMeant(name.replace(/^\.\/|\/$/gu, ''), selection)) return
  const why = refused ?? new GantryError('invalid', 'Its name is no path.', { path: name })
  if (onRefused !== undefined) onRefused(name, why)
  else if (why.code !== 'invalid') throw why
}

/** What a folder holds cannot be told, so it is left out only where all of it, or itself by its name, is. */
function mayBeMeant(folder: string, selection: Selection): boolean {
  return mayHold(selection)(folder) && !(selection.exclude ?? []).some((pattern) => compileGlob(pattern)(folder))
}
