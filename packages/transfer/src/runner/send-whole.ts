import {
  type Bytes,
  close,
  compareDigests,
  compareSizes,
  type Digests,
  type Entry,
  GantryError,
  type NewEntry,
  type Reading,
  tap,
} from '@gantry/core'

import type { Receipt } from '../journal/journal.ts'
import { becomeOf, transformed } from '../transform.ts'
import { algorithmsBefore, algorithmsFor, comparableBy, Digesting } from './digesting.ts'
import { type EntryContext, passing } from './entry-context.ts'

/** A receipt, and how many bytes the source gave. */
export type Sent = Omit<Receipt, 'path' | 'target' | 'at'> & { readonly read: number }

/** What passed of an entry: bytes that were read, and those that were written. */
export interface Passed {
  readonly read: number
  readonly size: number
  readonly digests: Digests
}

/** An entry on its way; `sent` is to be asked when the destination has taken all of it. */
export interface Outgoing {
  readonly entry: NewEntry
  readonly body: Bytes
  readonly sent: () => Promise<Passed>
}

/** Moves an entry in one piece: the destination publishes all of it or nothing. */
export async function sendWhole(context: EntryContext): Promise<Sent> {
  const { to, watched } = context
  const { entry, body, sent } = await outgoing(context)
  const stored = await to.write(entry, body, { signal: watched.signal, report: watched.touch })
  const { read, size, digests } = await sent()
  return { ...(await confirm(context, size, digests, stored)), read }
}

/** Opens an entry for a destination that takes it in one piece: digested on its way, and judged before its end. */
export async function outgoing(context: EntryContext): Promise<Outgoing> {
  const { entry, to, hashing, transforms, watched } = context
  const { signal } = watched
  const measured = transforms.length > 0 && to.abilities.sized === true ? await lengthOf(context) : undefined
  const reading = await openWhole(context)
  const known = { ...entry.source.digests, ...reading.entry.digests }
  const { size: length } = reading.entry
  const asIs = transforms.length === 0
  const algorithms = asIs ? algorithmsFor(hashing, known, to.abilities.digests) : algorithmsBefore(known)
  const incoming = new Digesting(hashing, algorithms, length ?? 0)
  let read = 0
  const count = (chunk: Uint8Array) => {
    read += chunk.length
    return incoming.update(chunk)
  }
  let taken: Digests | undefined
  // Judged before its end is told, so that a destination never publishes what was read wrong.
  const judge = async () => {
    const digests = await incoming.digests()
    refuseUnlessEqual(context, digests, known)
    if (asIs) context.sent = { size: read, digests }
    taken = digests
  }
  const incomingBody = passing(context, reading.body, { see: count, judge })
  const told = { ...entry.source, ...reading.entry }
  const { modified, contentType, image } = becomeOf(transforms, {
    path: entry.source.path,
    modified: told.modified,
    contentType: reading.entry.contentType ?? entry.source.contentType,
    image: reading.entry.image,
  })
  const { contentEncoding } = asIs ? reading.entry : {}
  const about = {
    path: entry.target,
    modified,
    contentType,
    contentEncoding,
    image,
    ifAbsent: onlyIfAbsent(context),
    ...context.keeping,
  }
  if (asIs) {
    return {
      entry: { ...about, size: length, digests: promised(known, to), digested: () => taken ?? {} },
      body: incomingBody,
      async sent() {
        if (taken === undefined) throw new GantryError('integrity', 'The destination did not take all of the bytes.')
        return { read, size: read, digests: taken }
      },
    }
  }
  const body = transformed(context.transforms, context.entry.source, incomingBody, { signal })
  const changed = new Digesting(hashing, algorithmsFor(hashing, undefined, to.abilities.digests), length ?? 0)
  let size = 0
  const counted = tap(body, (chunk) => {
    size += chunk.length
    return changed.update(chunk)
  })
  return {
    entry: { ...about, size: measured },
    body: counted,
    sent: async () => ({ read, size, digests: await changed.digests() }),
  }
}

/** How long what the transforms make of an entry is: read once more for that, rather than held in memory. */
async function lengthOf(context: EntryContext): Promise<number> {
  const { entry, from, transforms, watched } = context
  const { signal } = watched
  const reading = await openPlanned(context, () => from.read(entry.source, undefined, { signal }))
  let length = 0
  const body = passing(context, reading.body, { moved: () => {} })
  for await (const chunk of transformed(transforms, entry.source, body, { signal, measuring: true }))
    length += chunk.length
  return length
}

async function openWhole(context: EntryContext): Promise<Reading> {
  const { entry, from, given, hashing, watched } = context
  context.given = undefined
  const options = { signal: watched.signal, compares: comparableBy(hashing) }
  return await openPlanned(context, async () => given ?? (await from.read(entry.source, undefined, options)))
}

/** Compares what was sent with what the destination says it stored; asks it where its answer did not tell. */
export async function confirm(
  context: Pick<EntryContext, 'entry' | 'to' | 'watched'>,
  size: number,
  digests: Digests,
  answer: Entry,
): Promise<Sent> {
  const { entry, to, watched } = context
  let stored = answer
  let outcome = compareDigests(digests, stored.digests)
  if (outcome === 'unknown' && to.abilities.digests.length > 0) {
    stored = await to.stat(entry.target, { signal: watched.signal })
    outcome = compareDigests(digests, stored.digests)
  }
  if (outcome === 'different' || compareSizes(stored, { size }) === 'different') {
    throw new GantryError('integrity', 'The destination keeps other bytes than were sent.', { path: entry.target })
  }
  const { version } = stored
  return { read: size, bytes: size, digests, verified: outcome === 'same', ...(version !== undefined && { version }) }
}

/** `--no-clobber` holds against other writers too, where the destination can hold it. */
export function onlyIfAbsent({ entry, existing, to }: EntryContext): boolean {
  return existing === 'keep' && to.abilities.conditional && !entry.damaged
}

/** Runs a call to the source, remembering whose error it was. */
export async function fromSource<Value>(context: EntryContext, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work()
  } catch (error) {
    context.sourceError = error
    throw error
  }
}

/** Opens what was planned: a body of anything else is closed again, because nobody will read it. */
export async function openPlanned(context: EntryContext, read: () => Promise<Reading>): Promise<Reading> {
  const reading = await fromSource(context, read)
  try {
    refuseUnlessPlanned(context, reading.entry)
  } catch (error) {
    await close(reading.body).catch(() => {})
    throw error
  }
  return reading
}

/** The source must still be what was planned, or a resumed job would mix two states of it. */
export function refuseUnlessPlanned(context: EntryContext, found: Entry): void {
  const { source } = context.entry
  const changed =
    compareSizes(found, source) === 'different' ||
    (source.version !== undefined && found.version !== undefined && found.version !== source.version)
  if (!changed) return
  const error = new GantryError('precondition_failed', 'The file changed since the job was planned: copy it again.', {
    path: source.path,
  })
  context.sourceError = error
  throw error
}

export function refuseUnlessEqual(context: EntryContext, digests: Digests, known: Digests): void {
  if (compareDigests(digests, known) !== 'different') return
  const error = new GantryError('integrity', 'The bytes that came are not the ones that the source vouches for.', {
    path: context.entry.source.path,
  })
  context.sourceError = error
  throw error
}

/** Of the source's digests, those that the destination can check by itself. */
function promised(known: Digests, to: EntryContext['to']): Digests | undefined {
  const told = to.abilities.digests.filter((algorithm) => known[algorithm] !== undefined)
  if (told.length === 0) return undefined
  return Object.fromEntries(told.map((algorithm) => [algorithm, known[algorithm]]))
}
