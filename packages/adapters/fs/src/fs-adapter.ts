import { fileURLToPath } from 'node:url'

import { type Adapter, defineAdapter, GantryError } from '@gantry/core/driver'
import { z } from 'zod'

import { fs } from './fs.ts'

export const fsAdapter: Adapter = defineAdapter({
  scheme: 'file',
  summary: 'A folder on this machine: file:///absolute/path.',
  options: z.strictObject({
    durability: z.enum(['disk', 'cache']).optional().describe('disk: survives a power cut (default); cache: faster'),
    links: z.enum(['within', 'follow']).optional().describe('symbolic links: within the folder only (default), or all'),
  }),
  open(url, { durability, links }) {
    let root: string
    try {
      root = fileURLToPath(url)
    } catch (cause) {
      throw new GantryError('invalid', 'A folder is named by a URL such as file:///data/images.', { cause })
    }
    return fs({ root, ...(durability !== undefined && { durability }), ...(links !== undefined && { links }) })
  },
})
