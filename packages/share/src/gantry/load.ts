import { GantryError, isPath } from '@gantry/core'

import { blobInput, type WebFile } from '../formats/input/blob-input.ts'
import type { FileInput } from '../formats/input/file-input.ts'
import { type LoadedFiles, loadFiles } from '../formats/load/load-files.ts'
import type { LoadProblem } from '../formats/problem.ts'
import { isObject, itemsOf } from './checks.ts'
import { answer, type CallSettings, type Result } from './result.ts'

/** What can be loaded: files of a browser, or whatever else can be read. */
export type Loadable = WebFile | FileInput

/** Files that were no images are told, and do not keep the others from loading. */
export type LoadResult<Item> = Result<Item[]> & { readonly problems?: readonly LoadProblem[] }

/** Loads files and picks what is wanted of them; an error only where nothing of it was there. */
export async function loadSome<Item>(
  files: ArrayLike<Loadable>,
  settings: CallSettings | undefined,
  pick: (loaded: LoadedFiles) => Item[],
): Promise<LoadResult<Item>> {
  const result = await answer(settings, async ({ signal, onProgress }) => {
    const all = itemsOf(files).map(toInput)
    const inputs = all.filter(({ name }) => isPath(name))
    const { problems, ...loaded } = await loadFiles(inputs, {
      ...(signal && { signal }),
      ...(onProgress && { onProgress }),
    })
    const refused = all.filter(({ name }) => !isPath(name)).map(noPath)
    return { items: pick({ problems, ...loaded }), problems: [...refused, ...problems] }
  })
  if (result.error !== undefined) return result
  const { items, problems } = result.value
  if (items.length > 0) return { value: items, problems }
  const [first] = problems
  const message = first?.message ?? 'There is nothing of the kind in the files that were given.'
  return { error: new GantryError(first?.code ?? 'invalid', message), problems }
}

/** A file of a browser, or whatever else can be read, as an input. */
export function toInput(file: unknown): FileInput {
  if (isObject(file) && 'size' in file && isSize(file.size)) {
    if ('read' in file && 'name' in file && typeof file.name === 'string' && typeof file.read === 'function') {
      return file as FileInput
    }
    if ('slice' in file && typeof file.slice === 'function') return blobInput(file as WebFile)
  }
  throw new GantryError('invalid', 'What was given is no file: it has no size, or cannot be read.')
}

function isSize(size: unknown): boolean {
  return typeof size === 'number' && Number.isSafeInteger(size) && size >= 0
}

function noPath({ name }: FileInput): LoadProblem {
  return { name, code: 'invalid', message: 'The name of the file is no relative path.' }
}
