import { parseOptions } from '@gantry/core/driver'
import * as z from 'zod'

export interface FsOptions {
  /** The folder; made by the first write. */
  readonly root: string
  /**
   * `disk` (default): what was written is on the disk, and survives a power cut, when the call answers. `cache`: it is
   * with the operating system, and survives the end of the process only.
   */
  readonly durability?: 'disk' | 'cache' | undefined
  /** Which symbolic links are followed: `within` (default) those that lead to a place in the folder, `follow` all. */
  readonly links?: 'within' | 'follow' | undefined
}

/** Options beyond the folder, which a URL names. */
export const fsOptionsSchema = z.strictObject({
  durability: z.enum(['disk', 'cache']).optional().describe('disk: survives a power cut (default); cache: faster'),
  links: z
    .enum(['within', 'follow'])
    .optional()
    .describe('symbolic links: those that stay within the folder (default), or follow all'),
})

// What an empty variable says would else be the working directory.
const factorySchema = fsOptionsSchema.extend({ root: z.string().min(1, 'Expected the path of a folder') })

/** `invalid` for options that there are not, or that are something else: nothing would be on the disk without a word. */
export function checked(options: FsOptions): FsOptions {
  parseOptions(factorySchema, options, 'a folder store')
  return options
}
