import { fileURLToPath } from 'node:url'

import { type Adapter, defineAdapter, GantryError } from '@gantry/core/driver'

import { fs } from './fs.ts'
import { fsOptionsSchema } from './fs-options.ts'

export const fsAdapter: Adapter = defineAdapter({
  scheme: 'file',
  summary: 'A folder on this machine: file:///absolute/path.',
  options: fsOptionsSchema,
  open(url, { durability, links }) {
    const root = folderOf(url)
    return fs({ root, ...(durability !== undefined && { durability }), ...(links !== undefined && { links }) })
  },
})

/** Absolute: what a relative name means depends on who reads it, and a journal is read elsewhere. */
function folderOf(url: string): string {
  let folder: string | undefined
  try {
    if (/^file:\/\/[^/]*\//u.test(url)) folder = fileURLToPath(url)
  } catch {
    // Said below, without the URL's own words.
  }
  if (folder === undefined || folder.includes('\0')) {
    throw new GantryError('invalid', 'A folder is named by a URL such as file:///data/images.')
  }
  return folder
}
