import {
  type Catalogue,
  listedManifests,
  type ManifestSource,
  rebuild,
  roomForManifests,
  storeManifests,
} from '@gantry/catalogue'
import type { GantryError, Store, ThawSpeed } from '@gantry/core'

import type { Context } from '../../context.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import type { CatalogueFlags } from '../../options/catalogue-option.ts'
import { openPlaces } from '../../places/open-places.ts'
import type { Places } from '../../places/places.ts'
import { countOf, entries } from '../../render/amounts.ts'
import { toJsonLine } from '../../render/json.ts'
import { printable } from '../../render/text.ts'
import { archivePassphrase, storedPassphrase } from './archive-passphrase.ts'
import { knownLocation } from './known-location.ts'
import { userName, withCatalogue } from './open-catalogue.ts'
import { restoreEverything } from './restore-everything.ts'

export interface RestoreFlags extends CatalogueFlags {
  readonly from?: string
  readonly fromManifests?: string
  readonly overwrite?: boolean
  /** Seconds between two questions; `true` for the default. */
  readonly wait?: number | true
  readonly thawDays: number
  readonly thawSpeed: ThawSpeed
  readonly passphraseFile?: string
  readonly keychain?: string | true
  readonly layout?: string
  readonly jobs: number | 'auto'
  readonly bwlimit?: number
  readonly toOption?: readonly string[]
}

/** `gantry restore`. */
export async function restore(
  context: Context,
  what: string,
  destination: string,
  flags: RestoreFlags,
): Promise<ExitCode> {
  const places = await openPlaces(context, await storedPassphrase(context, flags, { fresh: false }))
  return await withCatalogue(
    context,
    flags,
    async (catalogue) => {
      if (flags.fromManifests !== undefined) await readManifests(context, places, catalogue, flags)
      const target = await catalogue.find(what)
      const prefer = flags.from === undefined ? undefined : await knownLocation(catalogue, places, flags.from)
      const exit = await restoreEverything(context, { catalogue, places, target, prefer, destination, flags })
      if (target.kind === 'session' && exit === exitCodes.done) await catalogue.sessionRestored(target)
      return exit
    },
    { existing: flags.fromManifests === undefined },
  )
}

/** Makes what a lost catalogue knew of a place anew. */
async function readManifests(
  context: Context,
  places: Places,
  catalogue: Catalogue,
  flags: RestoreFlags,
): Promise<void> {
  const { io, options, signal, style } = context
  const place = await places.open(flags.fromManifests ?? '')
  try {
    const source = await manifestsOf(context, place.store, flags)
    const onUnreadable = (name: string, { code, message }: GantryError): void => {
      if (options.json) io.stdout.write(toJsonLine({ type: 'unreadable', name, code }))
      else io.stderr.write(`${style.stderr.red('gantry:')} ${message}\n  ${printable(name)}\n`)
    }
    const about = { catalogue, source, location: place.address, who: userName() }
    const rebuilt = await rebuild({ ...about, onUnreadable, signal })
    if (options.json) io.stdout.write(toJsonLine({ type: 'rebuilt', ...rebuilt }))
    else if (!options.quiet) io.stderr.write(`The manifests tell of ${entries(rebuilt.receipts)}\n`)
    if (rebuilt.unreadable > 0) {
      const them = countOf(rebuilt.unreadable, 'manifest was', 'manifests were')
      io.stderr.write(`${them} not read: what they alone tell of is not in the catalogue\n`)
    }
  } finally {
    await place.store.close()
  }
}

/** What packs entries opens its manifests itself; others have them sealed beside their entries. */
async function manifestsOf(context: Context, store: Store, flags: RestoreFlags): Promise<ManifestSource> {
  if (roomForManifests(store) === 'packed') return listedManifests(store, { now: Date.now })
  const passphrase = await archivePassphrase(context, flags, { fresh: false })
  return await storeManifests(store, passphrase, { signal: context.signal })
}
