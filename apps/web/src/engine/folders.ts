import type { Entry, Store } from '@gantry/core'
import { entryInput, type FileInput } from '@gantry/share'

import type { FolderRow } from './model.ts'
import type { CallContext } from './rpc.ts'
import { keptInput } from './study-opening.ts'

/** Folders of a store, with all that is below them counted; the one at the top is everything. */
export async function foldersOf(store: Store, { signal, progress }: CallContext): Promise<FolderRow[]> {
  const rows = new Map<string, { files: number; bytes: number }>()
  let done = 0
  for await (const { path, size = 0 } of store.list({}, { signal })) {
    const segments = path.split('/')
    for (let depth = 0; depth < segments.length; depth += 1) {
      const folder = segments.slice(0, depth).join('/')
      const row = rows.get(folder) ?? { files: 0, bytes: 0 }
      rows.set(folder, row)
      row.files += 1
      row.bytes += size
    }
    if ((done += 1) % 1000 === 0) progress({ done, total: done })
  }
  return [...rows].map(([path, row]) => ({ path, ...row })).toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

/** Files of a folder; nothing of them is read yet. */
export async function inputsOf(store: Store, folder: string, { signal }: CallContext): Promise<FileInput[]> {
  const entries: Entry[] = []
  for await (const entry of store.list(folder === '' ? {} : { prefix: folder }, { signal })) entries.push(entry)
  return entries.filter(({ size }) => size !== undefined).map((entry) => keptInput(entryInput(store, entry)))
}
