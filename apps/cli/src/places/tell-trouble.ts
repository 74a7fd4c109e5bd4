import type { SeriesTrouble } from '@gantry/cod'

import type { Context } from '../context.ts'
import { codExplanations } from '../render/cod-explanations.ts'
import { toJsonLine } from '../render/json.ts'
import { printAbove } from '../render/live-area.ts'
import { printable } from '../render/text.ts'

/** What was told already: stores tell of a series each time that they list it. */
const told = new WeakMap<Context, Set<string>>()

/** Tells once what should be known of a series of cloud optimized DICOM, which is listed all the same. */
export function tellTrouble(context: Context, place: string, { study, series, kind, error }: SeriesTrouble): void {
  const { io, options } = context
  const known = told.get(context) ?? new Set<string>()
  told.set(context, known)
  const id = [place, study, series, kind].join(' ')
  if (known.has(id)) return
  known.add(id)
  const message = codExplanations[kind]
  if (options.json) {
    const code = error === undefined ? {} : { code: error.code }
    io.stdout.write(toJsonLine({ type: 'trouble', place, study, series, kind, ...code, message }))
  } else if (error !== undefined || !options.quiet) {
    printAbove(io.stderr, `To be looked at: ${printable(study)}/${printable(series)}: ${message}`)
  }
}
