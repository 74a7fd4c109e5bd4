import type { Catalogue, Target } from '@gantry/catalogue'
import { GantryError, isGantryError } from '@gantry/core'

import type { Context } from '../../context.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import type { Places } from '../../places/places.ts'
import { parseGiven } from '../../places/store-options.ts'
import { entries } from '../../render/amounts.ts'
import { UsageError } from '../../usage-error.ts'
import { type Restored, restoreFrom } from './restore-from.ts'
import type { RestoreFlags } from './restore.ts'
import { type Unread, type Where, whereOf } from './where-of.ts'

export interface RestoringEverything {
  readonly catalogue: Catalogue
  readonly places: Places
  readonly target: Target
  readonly prefer: string | undefined
  readonly destination: string
  readonly flags: RestoreFlags
}

interface Round {
  readonly exit: ExitCode
  /** The same, of what no other place would put right. */
  readonly failed: ExitCode
  readonly unread: Unread
  /** Of the first place that could not even be opened. */
  readonly error: unknown
  /** Nothing more is to be tried. */
  readonly over: boolean
}

/** Brings all of a target from where it lies; what cannot be read there, from wherever else the same bytes lie. */
export async function restoreEverything(context: Context, everything: RestoringEverything): Promise<ExitCode> {
  const { catalogue, target, prefer } = everything
  let unread: Unread = new Map()
  let where = await whereOf(catalogue, target, { prefer, unread })
  const { lost } = where
  // Never an end that looks well, whatever became of the entries.
  if (where.taken.size === 0 && lost === 0) {
    throw new GantryError('not_found', 'The catalogue tells of no entries of it: nothing was restored.')
  }
  let round = await restoreRound(context, everything, where)
  let { exit, failed, error } = round
  while (!round.over && round.unread.size > 0) {
    unread = together(unread, round.unread)
    where = await whereOf(catalogue, target, { prefer, unread, fresh: round.unread })
    if (where.taken.size === 0) break
    const count = [...where.taken.values()].reduce((sum, taken) => sum + taken.count, 0)
    if (!context.options.json && !context.options.quiet) {
      context.io.stderr.write(`${entries(count)} could not be read there: the same bytes lie elsewhere too\n`)
    }
    round = await restoreRound(context, everything, where)
    failed = worse(failed, round.failed)
    exit = worse(exit, round.exit)
    error ??= round.error
  }
  if (round.over) return round.exit
  if (lost > 0) {
    const message = `${entries(lost)} of it lie nowhere any more: they were removed, replaced, or their key was destroyed.`
    throw new GantryError('not_found', message)
  }
  if (where.lost === 0) return failed
  if (error !== undefined) throw error
  // The last job may have told of nothing but its own success.
  if (round.exit === exitCodes.done) {
    const code = exit === exitCodes.denied ? 'permission_denied' : 'not_found'
    throw new GantryError(code, `${entries(where.lost)} of it could not be read anywhere: gantry audit says more.`)
  }
  return exit
}

/** Brings what was chosen, place by place. */
async function restoreRound(
  context: Context,
  { catalogue, places, target, destination, flags }: RestoringEverything,
  { taken: all }: Where,
): Promise<Round> {
  const unread = new Map<string, ReadonlySet<string> | 'all'>()
  let exit: ExitCode = exitCodes.done
  let failed: ExitCode = exitCodes.done
  let error: unknown
  for (const [location, taken] of all) {
    const to = await places.open(destination, parseGiven(flags.toOption ?? []))
    let restored: Restored
    try {
      const from = await places.open(location).catch((thrown: unknown) => {
        // Of a place that cannot be opened any more, as of one that was lost.
        if (!(thrown instanceof UsageError) && !isGantryError(thrown)) throw thrown
        error ??= thrown
        return undefined
      })
      if (from === undefined) {
        exit = worse(exit, exitCodes.failed)
        unread.set(location, 'all')
        continue
      }
      try {
        restored = await restoreFrom(context, { catalogue, target, from, to, location, taken, destination }, flags)
      } finally {
        await from.store.close()
      }
    } finally {
      await to.store.close()
    }
    exit = worse(exit, restored.exit)
    if (restored.failed) failed = worse(failed, restored.exit)
    if (restored.unread === 'all' || restored.unread.size > 0) unread.set(location, restored.unread)
    if (context.signal.aborted) return { exit: restored.exit, failed, unread, error, over: true }
  }
  return { exit, failed, unread, error, over: false }
}

/** The first that was not well. */
function worse(exit: ExitCode, next: ExitCode): ExitCode {
  return exit === exitCodes.done ? next : exit
}

function together(before: Unread, more: Unread): Unread {
  const all = new Map(before)
  for (const [location, paths] of more) {
    const known = all.get(location)
    all.set(location, known === 'all' || paths === 'all' ? 'all' : new Set([...(known ?? []), ...paths]))
  }
  return all
}
