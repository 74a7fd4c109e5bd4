import type { PickedFile } from '../engine/model.ts'

/** Files of an input, with their folders. */
export function filesOfInput(input: HTMLInputElement): PickedFile[] {
  const files = [...(input.files ?? [])].map((file) => ({ name: file.webkitRelativePath || file.name, file }))
  // The same files can be picked again.
  input.value = ''
  return files.filter(isWanted)
}

/** What was dropped, with all that is in its folders. */
export interface Dropped {
  readonly files: readonly PickedFile[]
  /** Names of files and folders that could not be read: gone meanwhile, or nobody may. */
  readonly unread: readonly string[]
}

interface Collecting {
  readonly files: PickedFile[]
  readonly unread: string[]
  readonly signal: AbortSignal
  readonly onFound: (files: number) => void
}

/** Files and folders of a drop, as far as they can be read. Must be called before the event is over. */
export async function filesOfDrop(
  data: DataTransfer,
  { signal, onFound }: Pick<Collecting, 'signal' | 'onFound'>,
): Promise<Dropped> {
  const entries = [...data.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null)
  const collecting: Collecting = { files: [], unread: [], signal, onFound }
  for (const entry of entries) await collect(entry, collecting)
  return { files: collecting.files.filter(isWanted), unread: collecting.unread }
}

async function collect(entry: FileSystemEntry, collecting: Collecting): Promise<void> {
  const { files, unread, signal, onFound } = collecting
  const name = entry.fullPath.replace(/^\/+/u, '')
  try {
    if (entry.isFile) {
      files.push({ name, file: await fileOf(entry as FileSystemFileEntry) })
      return
    }
    const reader = (entry as FileSystemDirectoryEntry).createReader()
    // A hundred at a time, until there are none.
    for (let some = await entriesOf(reader); some.length > 0; some = await entriesOf(reader)) {
      for (const one of some) {
        if (signal.aborted) return
        await collect(one, collecting)
      }
      onFound(files.length)
    }
  } catch {
    // The rest can be opened all the same.
    unread.push(name)
  }
}

async function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return await new Promise((resolve, reject) => entry.file(resolve, reject))
}

async function entriesOf(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  return await new Promise((resolve, reject) => reader.readEntries(resolve, reject))
}

/** What operating systems leave in folders is nobody's image. */
function isWanted({ name }: PickedFile): boolean {
  const last = name.slice(name.lastIndexOf('/') + 1)
  return !last.startsWith('.') && last !== 'Thumbs.db' && last !== 'desktop.ini'
}
