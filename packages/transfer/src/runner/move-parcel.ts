import { GantryError, isGantryError, type NewEntry, type Reading, type StoreParcel, untilOver } from '@gantry/core'
import { sideBySide } from '@gantry/core/side-by-side'

import type { JournalEntry } from '../journal/journal.ts'
import { nodeHashing } from '../platform/hashing.ts'
import { isOfIntegrity } from './error-facts.ts'
import { keepingOf } from './keeping-of.ts'
import { lookUp, sendEntry, type Wanted } from './move-entry.ts'
import { guarded, type ParcelMove, type Settled, trouble, withEntry } from './parcel-move.ts'
import { removeWrong } from './remove-wrong.ts'
import { becomeOf } from '../transform.ts'
import { confirm, outgoing, type Passed } from './send-whole.ts'

/**
 * Moves what is left of a parcel, as far as it can: skips what is there, and takes and gives many entries at once where
 * source and destination can. What stays in the unit has a trouble that may pass.
 */
export async function moveParcel(move: ParcelMove): Promise<void> {
  const { desk, unit } = move
  const { to } = desk.options
  const wanted: Wanted[] = []
  await eachGuarded(move, unit.entries, async (entry) => {
    const looked = await withEntry(move, entry, lookUp)
    if ('outcome' in looked) await move.settle([{ entry, outcome: looked.outcome }])
    else wanted.push(looked.wanted)
  })
  // They were looked at side by side, and go in the order of the plan.
  wanted.sort((a, b) => a.entry.id - b.entry.id)
  if (to.parcels?.ability.store === undefined) await sendEach(move, wanted)
  else await sendTogether(move, wanted)
}

/** Works on entries side by side; what one fails with concerns it alone. */
async function eachGuarded(
  move: ParcelMove,
  entries: readonly JournalEntry[],
  work: (entry: JournalEntry) => Promise<void>,
): Promise<void> {
  await sideBySide(entries, concurrencyOf(move), async (entry) => {
    await guarded(move, entry, async () => await work(entry))
  })
}

function concurrencyOf({ desk }: ParcelMove): () => number {
  return () => desk.link.state().limits.concurrency
}

/** To a destination that takes single entries. */
async function sendEach(move: ParcelMove, wanted: readonly Wanted[]): Promise<void> {
  const { from } = move.desk.options
  const together = from.parcels?.ability.fetch?.sideBySide ?? true
  await sideBySide(untilEachIsOver(bodiesOf(move, wanted), together), concurrencyOf(move), async ({ one, reading }) => {
    const send = async () => {
      const outcome = await withEntry(move, one.entry, async (context) => {
        context.given = reading
        move.desk.emit('entry:start', one.entry, { attempt: move.attempt })
        return await sendEntry(context, one)
      })
      await move.settle([{ entry: one.entry, outcome }])
    }
    await guarded(move, one.entry, send, reading)
  })
}

/** Into parcels of the destination: one, unless an entry breaks it, which the next is made without. */
async function sendTogether(move: ParcelMove, wanted: readonly Wanted[]): Promise<void> {
  const { unit, signal } = move
  for (let rest = wanted; rest.length > 0 && !signal.aborted;) {
    const parcel = await openParcel(move, rest)
    const passed = new Map<string, Passed>()
    try {
      const { has } = parcel
      await addAll(
        move,
        parcel,
        rest.filter(({ entry }) => !has.has(entry.target)),
        passed,
      )
      if (!parcel.lost && !signal.aborted) {
        if (passed.size + has.size > 0) await commit(move, parcel, rest, passed)
        return
      }
    } finally {
      await leave(move, parcel)
    }
    // What broke it for good is out of the unit; what may pass is left to another attempt at all of it.
    if (unit.troubles.size > 0) return
    rest = rest.filter(({ entry }) => unit.has(entry.id))
  }
}

async function openParcel(move: ParcelMove, wanted: readonly Wanted[]): Promise<StoreParcel> {
  const { desk, unit, watched } = move
  const { transforms = [] } = desk.options
  const { parcels } = desk.options.to
  const options = { signal: watched.signal, report: watched.touch }
  const entries = wanted.map(({ entry: { source, target } }): NewEntry => {
    const { modified, contentType } = becomeOf(transforms, source)
    // What a transform makes of the bytes is known when they have passed.
    const { size, digests } = transforms.length === 0 ? source : {}
    return { path: target, size, modified, contentType, digests, ...keepingOf(desk.journal.spec) }
  })
  const save = async (saved: string) => {
    await desk.journal.record({ type: 'saved', parcel: unit.parcel, saved })
    move.saved = saved
  }
  if (parcels === undefined) throw new GantryError('internal', 'The destination takes no parcels.')
  const study = parcels.ability.store?.unit === 'study' ? { study: unit.parcel } : {}
  const about = { ...study, job: desk.journal.spec.id, entries, save }
  const { saved } = move
  if (saved !== undefined && parcels.ability.store?.resumable === true) {
    try {
      const parcel = await parcels.open({ ...about, saved }, options)
      const targets = new Set(entries.map(({ path }) => path))
      if ([...parcel.has].every((path) => targets.has(path))) return parcel
      await parcel.abort(options)
    } catch (error) {
      if (watched.signal.aborted || !isGantryError(error) || error.retryable) throw error
      // It expired, or is not what it was: begun anew, which also tells whether more is wrong than that.
    }
  }
  await forgetSaved(move)
  return await parcels.open(about, options)
}

/** Adds what comes; ends early when the parcel is lost. */
async function addAll(
  move: ParcelMove,
  parcel: StoreParcel,
  wanted: readonly Wanted[],
  passed: Map<string, Passed>,
): Promise<void> {
  const { desk } = move
  for await (const { one, reading } of bodiesOf(move, wanted)) {
    const { entry } = one
    const add = async () =>
      await withEntry(move, entry, async (context) => {
        context.given = reading
        desk.emit('entry:start', entry, { attempt: move.attempt })
        const { entry: about, body, sent } = await outgoing(context)
        const { watched } = context
        await parcel.add(about, body, { signal: watched.signal, report: watched.touch })
        const has = await sent()
        passed.set(entry.target, has)
        const { size, digests } = has
        if (parcel.resumable) await desk.journal.record({ type: 'added', id: entry.id, bytes: size, digests })
      })
    await guarded(move, entry, add, reading)
    if (parcel.lost) return
  }
}

async function commit(
  move: ParcelMove,
  parcel: StoreParcel,
  wanted: readonly Wanted[],
  passed: ReadonlyMap<string, Passed>,
): Promise<void> {
  const { desk, watched } = move
  const outcomes = await parcel.commit({ signal: watched.signal, report: watched.touch })
  // What was saved of it is no more.
  await forgetSaved(move, { committed: true })
  const byTarget = new Map(wanted.map((one) => [one.entry.target, one]))
  const byPath = new Map(outcomes.map((outcome) => [outcome.path, outcome]))
  const settled: Settled[] = []
  await eachGuarded(
    move,
    outcomes.flatMap((outcome) => byTarget.get(outcome.path)?.entry ?? []),
    async (entry) => {
      const outcome = byPath.get(entry.target)
      if (outcome === undefined) return
      const stored = 'error' in outcome ? undefined : outcome.entry.size
      const { read, size, digests } = passed.get(entry.target) ?? addedBefore(entry, stored)
      try {
        if ('error' in outcome) throw outcome.error
        const sent = await confirm({ entry, to: desk.options.to, watched }, size, digests, outcome.entry)
        settled.push({ entry, outcome: { type: 'done', sent: { ...sent, read } } })
      } catch (error) {
        const { found } = byTarget.get(entry.target) ?? {}
        if (isOfIntegrity(error)) await removeWrong(removingOf(move, entry, { size, digests }), found)
        throw error
      }
    },
  )
  await move.settle(settled)
}

function removingOf({ desk, watched }: ParcelMove, entry: JournalEntry, sent: Pick<Passed, 'size' | 'digests'>) {
  const { from, to, hashing = nodeHashing, transforms = [] } = desk.options
  const { existing } = desk.journal.spec
  const { watchdog } = desk.link
  return { entry, existing, from, hashing, sent, sourceError: undefined, to, transforms, watchdog, watched }
}

/** What an earlier process added, and journalled. */
function addedBefore({ added, source }: JournalEntry, stored: number | undefined): Passed {
  const size = added?.size ?? stored ?? source.size ?? 0
  return { read: source.size ?? size, size, digests: added?.digests ?? {} }
}

/** A parcel that is not committed: left to be gone on with where that is possible, else nothing of it stays. */
async function leave(move: ParcelMove, parcel: StoreParcel): Promise<void> {
  if (parcel.over || (parcel.resumable && move.saved !== undefined)) return
  // Not by the signal that may just have stopped it.
  await parcel.abort({ signal: AbortSignal.timeout(10_000) }).catch(() => {})
}

/** Removes what is saved of a parcel that nobody will go on with. */
export async function forgetSaved(move: ParcelMove, options: { readonly committed?: boolean } = {}): Promise<void> {
  const { desk, unit, saved, watched } = move
  if (saved === undefined) return
  if (options.committed !== true) await desk.options.to.parcels?.discard(saved, { signal: watched.signal })
  await desk.journal.record({ type: 'saved', parcel: unit.parcel, saved: undefined })
  move.saved = undefined
}

interface GivenBody {
  readonly one: Wanted
  readonly reading: Reading | undefined
}

/** Unless they can be read together, the next is asked for when one is over: while that is flushed, published and journalled. */
async function* untilEachIsOver(
  bodies: AsyncIterable<GivenBody>,
  together: boolean,
): AsyncGenerator<GivenBody, void, undefined> {
  for await (const { one, reading } of bodies) {
    const body = reading && untilOver(reading.body)
    yield { one, reading: reading && body && { ...reading, body: body.body } }
    if (!together) await body?.over
  }
}

/** Entries with their bodies as the source gives them, or without where each is to be read by itself. */
async function* bodiesOf(move: ParcelMove, wanted: readonly Wanted[]): AsyncGenerator<GivenBody, void, undefined> {
  const { parcels } = move.desk.options.from
  if (parcels?.ability.fetch === undefined) {
    for (const one of wanted) yield { one, reading: undefined }
    return
  }
  const left = new Map(wanted.map((one) => [one.entry.source.path, one]))
  if (left.size === 0) return
  try {
    const refs = wanted.map(({ entry }) => entry.source)
    for await (const item of parcels.fetch(refs, { signal: move.watched.signal })) {
      move.watched.touch()
      const path = 'error' in item ? item.path : item.entry.path
      const one = left.get(path)
      left.delete(path)
      if (one === undefined) continue
      if ('error' in item) await trouble(move, one.entry, item.error, true)
      else yield { one, reading: item }
    }
  } catch (error) {
    for (const { entry } of left.values()) await trouble(move, entry, move.watched.stalled ?? error, true)
  }
}
