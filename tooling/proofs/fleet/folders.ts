import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const filesEach = 2

function contentOf(folder: number, file: number): string {
  return `${folder} ${file} `.repeat(40)
}

function nameOf(folder: number): string {
  return `${Math.floor(folder / 500)}/${folder}`
}

/** So many folders of two small files each, no two alike: each is a parcel of its own. */
export async function writeFolders(root: string, folders: number): Promise<void> {
  for (let folder = 0; folder < folders; folder += 1) {
    await mkdir(join(root, nameOf(folder)), { recursive: true })
    for (let file = 0; file < filesEach; file += 1) {
      await writeFile(join(root, nameOf(folder), `${file}.dcm`), contentOf(folder, file))
    }
  }
}

/** What goes together, as the plan names it. */
export function groupOf(folder: number): string {
  return `/${nameOf(folder)}`
}

/** Whether a folder has arrived, byte by byte. */
export async function hasArrived(root: string, folder: number): Promise<boolean> {
  for (let file = 0; file < filesEach; file += 1) {
    const found = await readFile(join(root, nameOf(folder), `${file}.dcm`), 'utf8').catch(() => undefined)
    if (found !== contentOf(folder, file)) return false
  }
  return true
}
