import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, resolve } from 'node:path'

import type { Catalogue } from '@gantry/catalogue'
import { openCatalogue } from '@gantry/catalogue/node'
import { GantryError, isGantryError } from '@gantry/core'

import type { Context } from '../../context.ts'
import type { CatalogueFlags } from '../../options/catalogue-option.ts'
import { printable } from '../../render/text.ts'
import { makeStateFolder, statePath } from '../../state-folder.ts'
import { UsageError } from '../../usage-error.ts'

const noCatalogue =
  'There is no catalogue yet: gantry archive makes it; gantry restore --from-manifests makes one that was lost anew.'

/** What is to be done about one that is damaged. */
export const wayOn = 'Move it away, and make it again: gantry restore --from-manifests, or gantry catalogue import.'

interface CatalogueUse {
  /** It is only looked into: one that is not there is not made, because a mistyped name must not look like an archive of nothing. */
  readonly existing?: boolean
  /** What is asked of it only a file answers. */
  readonly ofFile?: boolean
}

/** Opens it, works with it, closes it. */
export async function withCatalogue<Result>(
  context: Context,
  flags: CatalogueFlags,
  work: (catalogue: Catalogue) => Promise<Result>,
  { existing = false, ofFile = false }: CatalogueUse = {},
): Promise<Result> {
  const kept = keptIn(context, flags)
  if (ofFile && kept.kind === 'database')
    throw new UsageError('That is for catalogues in files: PostgreSQL checks its own.')
  let catalogue: Catalogue
  try {
    catalogue = await open(kept, existing)
  } catch (error) {
    if (!isGantryError(error)) throw error
    if (error.code === 'invalid' && kept.kind !== 'database') throw damaged(kept, error)
    if (error.code === 'not_found' && existing) throw missing(kept)
    throw error
  }
  try {
    return await work(catalogue)
  } catch (error) {
    throw kept.kind !== 'database' && isOfDamage(error) ? damaged(kept, error) : error
  } finally {
    await catalogue.close()
  }
}

/** The same, where there may be none: this user may archive nothing. One that was named has to be there. */
export async function withCatalogueIfAny<Result>(
  context: Context,
  flags: CatalogueFlags,
  work: (catalogue: Catalogue | undefined) => Promise<Result>,
): Promise<Result> {
  const kept = keptIn(context, flags)
  if (kept.kind === 'own' && !existsSync(kept.file)) return await work(undefined)
  return await withCatalogue(context, flags, work, { existing: true })
}

/** Before something is done that cannot be undone, and is to stand in a catalogue that was named. */
export async function refuseMissing(context: Context, flags: CatalogueFlags): Promise<void> {
  if (keptIn(context, flags).kind !== 'own') await withCatalogue(context, flags, async () => {}, { existing: true })
}

type Kept =
  | { readonly kind: 'own' | 'file'; readonly file: string }
  | { readonly kind: 'database'; readonly url: string }

function keptIn({ io, debug }: Context, { catalogue }: CatalogueFlags): Kept {
  const url = catalogue === undefined ? undefined : databaseOf(catalogue, io.env)
  debug(url === undefined ? `catalogue ${catalogue ?? 'of this user'}` : 'catalogue in PostgreSQL')
  if (url !== undefined) return { kind: 'database', url }
  if (catalogue === undefined) return { kind: 'own', file: statePath(io.env, 'catalogue.db') }
  return { kind: 'file', file: resolve(io.cwd, catalogue) }
}

/** The URL of the PostgreSQL that a catalogue is in: `fleet` is that of the workers. `undefined`: it is a file. */
function databaseOf(catalogue: string, env: Context['io']['env']): string | undefined {
  if (catalogue === 'fleet') {
    const url = env['GANTRY_DATABASE']
    if (url !== undefined && url !== '') return url
    throw new UsageError('The catalogue of a fleet is in its PostgreSQL: name that in GANTRY_DATABASE.')
  }
  if (!/^[a-z][a-z0-9+.-]*:\/\//iu.test(catalogue)) return undefined
  if (!/^postgres(?:ql)?:/u.test(catalogue) || !URL.canParse(catalogue)) {
    throw new UsageError('A catalogue is a file, "fleet" for that of GANTRY_DATABASE, or postgres://host/database.')
  }
  if (new URL(catalogue).password === '') return catalogue
  throw new UsageError(
    'A password does not belong on a command line: set GANTRY_DATABASE and say --catalogue fleet, or set PGPASSWORD.',
  )
}

async function open(kept: Kept, existing: boolean): Promise<Catalogue> {
  if (kept.kind === 'own' && !existing) makeStateFolder(dirname(kept.file))
  if (kept.kind !== 'database') return openCatalogue(kept.file, { existing })
  const { openDatabaseCatalogue } = await import('./open-database-catalogue.ts')
  return await openDatabaseCatalogue(kept.url, existing)
}

/** https://sqlite.org/rescode.html: corrupt, and no database. */
function isOfDamage(error: unknown): error is GantryError {
  if (!isGantryError(error) || error.code !== 'invalid') return false
  const { errcode = 0 } = (error.cause ?? {}) as { readonly errcode?: number }
  return [11, 26].includes(errcode & 0xff)
}

function damaged({ file }: { readonly file: string }, cause: GantryError): GantryError {
  return new GantryError('invalid', `${cause.message} ${wayOn}`, { path: file, cause })
}

function missing(kept: Kept): Error {
  if (kept.kind === 'database')
    return new UsageError('There is no catalogue in this database: the workers of a fleet make theirs.')
  if (kept.kind === 'file')
    return new UsageError(
      `There is no catalogue ${printable(kept.file)}: name the one that is meant; gantry archive and gantry catalogue import make one.`,
    )
  return new GantryError('not_found', noCatalogue, { path: kept.file })
}

/** The user of this machine, for the catalogue's record of who did what. */
export function userName(): string {
  try {
    return userInfo().username
  } catch {
    return 'unknown'
  }
}
