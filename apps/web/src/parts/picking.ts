import type { PickedFile } from '../engine/model.ts'

/** Files of an input, with their folders. */
export function filesOfInput(input: HTMLInputElement): PickedFile[] {
  const files = [...(input.files ?? [])].map((file) => ({ name: file.webkitRelativePath || file.name, file }))
  // The same files can be picked again.
  input.value = ''
  return files.filter(isWanted)
}

/** Files and folders of a drop, folders with all that is in them. Must be called before the event is over. */
export async function filesOfDrop(data: DataTransfer): Promise<PickedFile[]> {
  const entries = [...data.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null)
  const found: PickedFile[] = []
  for (const entry of entries) await collect(entry, found)
  return found.filter(isWanted)
}

async function collect(entry: FileSystemEntry, found: PickedFile[]): Promise<void> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))
    found.push({ name: entry.fullPath.replace(/^\/+/u, ''), file })
    return
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  for (;;) {
    // A hundred at a time, until there are none.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return
    for (const one of some) await collect(one, found)
  }
}

/** What operating systems leave in folders is nobody's image. */
function isWanted({ name }: PickedFile): boolean {
  const last = name.slice(name.lastIndexOf('/') + 1)
  return !last.startsWith('.') && last !== 'Thumbs.db' && last !== 'desktop.ini'
}
