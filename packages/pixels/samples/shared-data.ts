import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Real images to test on, where there are any: `GANTRY_DATA`, else `../shared/data` beside the checkout. */
const sharedData = process.env['GANTRY_DATA'] ?? join(import.meta.dirname, '../../../../shared/data')

export const hasSharedData = existsSync(join(sharedData, 'dicom'))

export function sharedFiles(...folders: readonly string[]): string[] {
  return folders
    .map((folder) => join(sharedData, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
}
