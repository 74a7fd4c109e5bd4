import { GantryError, isGantryError } from '@gantry/core'

import { blobInput, type WebFile } from '../formats/input/blob-input.ts'
import type { FileInput } from '../formats/input/file-input.ts'
import { loadFiles } from '../formats/load/load-files.ts'
import type { LoadProblem } from '../formats/problem.ts'
import type { LoadedFiles } from '../formats/load/load-files.ts'
import type { CallSettings, Result } from './result.ts'

/** What can be loaded: files of a browser, or whatever else can be read. */
export type Loadable = WebFile | FileInput

/** Files that were no images are told, and do not keep the others from loading. */
export type LoadResult<Item> = Result<Item[]> & { readonly problems?: readonly LoadProblem[] }

/** Loads files and picks what is wanted of them; an error only where nothing of it was there. */
export async function loadSome<Item>(
  files: ArrayLike<Loadable>,
  settings: CallSettings,
  pick: (loaded: LoadedFiles) => Item[],
): Promise<LoadResult<Item>> {
  try {
    const inputs = Array.from(files, (file) => ('read' in file ? file : blobInput(file)))
    const { signal, onProgress } = settings
    const loaded = await loadFiles(inputs, { ...(signal && { signal }), ...(onProgress && { onProgress }) })
    const items = pick(loaded)
    const { problems } = loaded
    if (items.length > 0) return { value: items, problems }
    const [first] = problems
    const message = first?.message ?? 'There is nothing of the kind in the files that were given.'
    return { error: new GantryError(first?.code ?? 'invalid', message), problems }
  } catch (error) {
    if (isGantryError(error)) return { error }
    return { error: new GantryError('internal', 'The files could not be loaded.', { cause: error }) }
  }
}
