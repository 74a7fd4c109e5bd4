import { checkPath, GantryError } from '@gantry/core/driver'

import { nameOfError } from './code-of.ts'
import type { DirectoryHandle } from './handles.ts'
import { nameOf } from './names.ts'
import { askToWrite } from './permission.ts'

const databaseName = 'gantry-folders'
const table = 'folders'

/** A folder of the origin private file system: hidden from the user, and gone with the site's data. */
export async function privateFolder(path = ''): Promise<DirectoryHandle> {
  if (globalThis.navigator?.storage?.getDirectory === undefined) {
    throw new GantryError('unsupported', 'There is no origin private file system here: it needs a browser and https.')
  }
  let folder: DirectoryHandle
  try {
    folder = await navigator.storage.getDirectory()
  } catch (cause) {
    // Private windows, and settings that forbid pages to keep anything: no account has to do with it.
    if (nameOfError(cause) !== 'SecurityError') throw cause
    throw new GantryError(
      'unsupported',
      'This browser keeps no files for pages: in a private window, or by its settings.',
      {
        cause,
      },
    )
  }
  if (path === '') return folder
  for (const segment of checkPath(path).split('/')) {
    folder = await folder.getDirectoryHandle(nameOf(segment), { create: true })
  }
  return folder
}

interface Picking {
  readonly showDirectoryPicker?: (options: { mode: 'readwrite' }) => Promise<DirectoryHandle>
}

/**
 * Lets the user choose a folder, in answer to a click, and keeps its handle under a name for `keptFolder`. `unsupported`
 * where the browser has no such picker: `privateFolder` is there then. `cancelled` when the user chose none.
 */
export async function chooseFolder(name = 'default'): Promise<DirectoryHandle> {
  const { showDirectoryPicker } = globalThis as Picking
  if (showDirectoryPicker === undefined) {
    throw new GantryError('unsupported', 'This browser lets nobody choose a folder: use a private folder, or a zip.')
  }
  let handle: DirectoryHandle
  try {
    handle = await showDirectoryPicker.call(globalThis, { mode: 'readwrite' })
  } catch (error) {
    if (nameOfError(error) === 'AbortError') throw new GantryError('cancelled', 'No folder was chosen.')
    throw error
  }
  await keepFolder(handle, name)
  return handle
}

/** Keeps a handle, also when the page is closed. */
export async function keepFolder(handle: DirectoryHandle, name = 'default'): Promise<void> {
  await inDatabase('readwrite', (folders) => folders.put(handle, name))
}

/** The kept folder, if there is one. Asks the user for permission again where that is needed, in answer to a click. */
export async function keptFolder(name = 'default'): Promise<DirectoryHandle | undefined> {
  const kept: unknown = await inDatabase('readonly', (folders) => folders.get(name))
  return kept === undefined ? undefined : await askToWrite(kept as DirectoryHandle)
}

/** Forgets a handle; the folder stays. */
export async function forgetFolder(name = 'default'): Promise<void> {
  await inDatabase('readwrite', (folders) => folders.delete(name))
}

async function inDatabase<Value>(
  mode: IDBTransactionMode,
  work: (folders: IDBObjectStore) => IDBRequest<Value>,
): Promise<Value> {
  const opening = indexedDB.open(databaseName, 1)
  opening.addEventListener('upgradeneeded', () => opening.result.createObjectStore(table))
  const database = await answerOf(opening)
  try {
    return await answerOf(work(database.transaction(table, mode).objectStore(table)))
  } finally {
    database.close()
  }
}

async function answerOf<Value>(request: IDBRequest<Value>): Promise<Value> {
  return await new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error ?? new GantryError('unavailable', 'No answer.')))
  })
}
