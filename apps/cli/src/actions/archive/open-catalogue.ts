import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { resolve } from 'node:path'

import type { Catalogue } from '@gantry/catalogue'
import { openCatalogue } from '@gantry/catalogue/node'
import { GantryError, isGantryError } from '@gantry/core'

import type { Context } from '../../context.ts'
import type { CatalogueFlags } from '../../options/catalogue-option.ts'
import { printable } from '../../render/text.ts'
import { statePath } from '../../state-folder.ts'
import { UsageError } from '../../usage-error.ts'

interface CatalogueUse<Result> {
  /** It is only looked into: one that is not there is not made, because a mistyped name must not look like an archive of nothing. */
  readonly existing?: boolean
  /** Instead of an error where nothing was archived yet; never for a catalogue that was named. */
  readonly none?: () => Result
}

/** Opens it, works with it, closes it. */
export async function withCatalogue<Result>(
  context: Context,
  flags: CatalogueFlags,
  work: (catalogue: Catalogue) => Promise<Result>,
  { existing = false, none }: CatalogueUse<Result> = {},
): Promise<Result> {
  const { file, isNamed } = fileOf(context, flags)
  let catalogue: Catalogue
  try {
    catalogue = openCatalogue(file, { existing })
  } catch (error) {
    if (!isGantryError(error) || error.code !== 'not_found') throw error
    if (none !== undefined && !isNamed) return none()
    throw missing(file, isNamed)
  }
  try {
    return await work(catalogue)
  } finally {
    await catalogue.close()
  }
}

/** Before something is done that cannot be undone, and is to stand in a catalogue that was named. */
export function refuseMissing(context: Context, flags: CatalogueFlags): void {
  const { file, isNamed } = fileOf(context, flags)
  if (isNamed && !existsSync(file)) throw missing(file, isNamed)
}

function fileOf({ io, debug }: Context, { catalogue }: CatalogueFlags) {
  const isNamed = catalogue !== undefined
  const file = isNamed ? resolve(io.cwd, catalogue) : statePath(io.env, 'catalogue.db')
  debug(`catalogue ${file}`)
  return { file, isNamed }
}

function missing(file: string, isNamed: boolean): Error {
  return isNamed
    ? new UsageError(
        `There is no catalogue ${printable(file)}: name the one that is meant; gantry archive and gantry catalogue import make one.`,
      )
    : new GantryError(
        'not_found',
        'There is no catalogue yet: gantry archive makes it; gantry restore --from-manifests makes one that was lost anew.',
        { path: file },
      )
}

/** The user of this machine, for the catalogue's record of who did what. */
export function userName(): string {
  try {
    return userInfo().username
  } catch {
    return 'unknown'
  }
}
