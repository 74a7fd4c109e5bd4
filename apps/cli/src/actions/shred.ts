import { checkPath } from '@gantry/core'
import { car } from '@gantry/w3up'

import type { Context } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { openPlaces } from '../places/open-places.ts'
import { parseGiven } from '../places/store-options.ts'
import { entries, formatBytes } from '../render/amounts.ts'
import { toJsonLine } from '../render/json.ts'
import { printable } from '../render/text.ts'
import { UsageError } from '../usage-error.ts'

export interface ShredFlags {
  readonly yes?: boolean
  readonly option?: readonly string[]
}

/** `gantry shred`. The keys lie in the given store, whatever keeps the ciphertext. */
export async function shred(context: Context, archive: string, study: string, flags: ShredFlags): Promise<ExitCode> {
  const { io, options, signal } = context
  const path = checkPath(study.replace(/\/+$/u, ''))
  const places = await openPlaces(context)
  const { given, secrets } = await places.archive(archive, parseGiven(flags.option ?? []))
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
    const shredded = await car(given, secrets).shred(path, { signal })
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
