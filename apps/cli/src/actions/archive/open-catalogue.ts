import { userInfo } from 'node:os'
import { resolve } from 'node:path'

import type { Catalogue } from '@gantry/catalogue'
import { openCatalogue } from '@gantry/catalogue/node'

import type { Context } from '../../context.ts'
import type { CatalogueFlags } from '../../options/catalogue-option.ts'
import { statePath } from '../../state-folder.ts'

/** The catalogue that a command is to use; made where it is not there. */
function catalogueOf({ io, debug }: Context, { catalogue }: CatalogueFlags): Catalogue {
  const file = catalogue === undefined ? statePath(io.env, 'catalogue.db') : resolve(io.cwd, catalogue)
  debug(`catalogue ${file}`)
  return openCatalogue(file)
}

/** Opens it, works with it, closes it. */
export async function withCatalogue<Result>(
  context: Context,
  flags: CatalogueFlags,
  work: (catalogue: Catalogue) => Promise<Result>,
): Promise<Result> {
  const catalogue = catalogueOf(context, flags)
  try {
    return await work(catalogue)
  } finally {
    await catalogue.close()
  }
}

/** The user of this machine, for the catalogue's record of who did what. */
export function userName(): string {
  try {
    return userInfo().username
  } catch {
    return 'unknown'
  }
}
