import { fileURLToPath } from 'node:url'

import { type Adapter, defineAdapter, GantryError } from '@gantry/core/driver'
import * as z from 'zod'

import { fs } from './fs.ts'

export const fsAdapter: Adapter = defineAdapter({
  scheme: 'file',
  summary: 'A folder on this machine: file:///absolute/path.',
  options: z.strictObject({
    durability: z.enum(['disk', 'cache']).optional().describe('disk: survives a power cut (default); cache: faster'),
    links: z
      .enum(['within', 'follow'])
      .optional()
      .describe('symbolic links: those that stay within the folder (default), or follow all'),
  }),
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
