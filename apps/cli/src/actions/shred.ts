import { type Catalogue, recordRemoved } from '@gantry/catalogue'
import { checkPath } from '@gantry/core'
import { car } from '@gantry/w3up'

import type { Context } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import type { CatalogueFlags } from '../options/catalogue-option.ts'
import { openPlaces } from '../places/open-places.ts'
import { parseGiven } from '../places/store-options.ts'
import { entries, formatBytes } from '../render/amounts.ts'
import { toJsonLine } from '../render/json.ts'
import { printable } from '../render/text.ts'
import { UsageError } from '../usage-error.ts'
import { refuseMissing, userName, withCatalogue } from './archive/open-catalogue.ts'

export interface ShredFlags extends CatalogueFlags {
  readonly yes?: boolean
  readonly option?: readonly string[]
}

/** `gantry shred`. The keys lie in the given store, whatever keeps the ciphertext. */
export async function shred(context: Context, archive: string, study: string, flags: ShredFlags): Promise<ExitCode> {
  const { io, options, signal } = context
  const path = checkPath(study.replace(/\/+$/u, ''))
  await refuseMissing(context, flags)
  const places = await openPlaces(context)
  const { given, secrets, address } = await places.archive(archive, parseGiven(flags.option ?? []))
  try {
    if (flags.yes !== true) {
      if (!io.interactive || options.json) {
        throw new UsageError('Nobody is there to confirm it: --yes destroys the key without asking.')
      }
      const question = `Destroy the key of ${printable(path)} in ${printable(archive)}? Nobody can read the study then, ever.`
      const answer = await io.confirm(question)
      if (answer === undefined) return exitCodes.interrupted
      if (!answer) {
        io.stdout.write('Nothing was destroyed.\n')
        return exitCodes.done
      }
    }
    const { paths, ...shredded } = await car(given, secrets).shred(path, { signal })
    await withCatalogue(context, flags, async (catalogue) => await recordShredded(catalogue, address, path, paths))
    if (options.json) io.stdout.write(toJsonLine({ type: 'result', ...shredded, exit: exitCodes.done }))
    else if (!options.quiet) {
      io.stdout.write(
        `The key is destroyed: ${entries(shredded.entries)} cannot be read any more, by anyone.\n` +
          `${formatBytes(shredded.remaining)} of ciphertext remain, and old versions and backups of the key where the store keeps such.\n`,
      )
    }
    return exitCodes.done
  } finally {
    await given.close()
  }
}

/** What nobody can read any more lies nowhere, as far as restoring goes. */
async function recordShredded(
  catalogue: Catalogue,
  location: string,
  study: string,
  paths: readonly string[],
): Promise<void> {
  const { bytes } = await recordRemoved(catalogue, location, paths)
  await catalogue.note({
    kind: 'shredded',
    who: userName(),
    target: study,
    place: location,
    entries: paths.length,
    bytes,
  })
}
