import { type Bytes, compareDigests, compareSizes, type Digests, type Entry, GantryError, tap } from '@gantry/core'

import type { Receipt } from '../journal/journal.ts'
import { algorithmsFor, comparableBy, Digesting } from './digesting.ts'
import { type EntryContext, passing } from './entry-context.ts'

/** A receipt, and how many bytes the source gave. */
export type Sent = Omit<Receipt, 'path' | 'target' | 'at'> & { readonly read: number }

/** Moves an entry in one piece: the destination publishes all of it or nothing. */
export async function sendWhole(context: EntryContext): Promise<Sent> {
  const { entry, from, to, hashing, transforms, watched } = context
  const { signal } = watched
  const reading = await fromSource(context, () =>
    from.read(entry.source, undefined, { signal, compares: comparableBy(hashing) }),
  )
  refuseUnlessPlanned(context, reading.entry)
  const known = { ...entry.source.digests, ...reading.entry.digests }
  const incoming = new Digesting(hashing, algorithmsFor(hashing, known, to.abilities.digests), reading.entry.size ?? 0)
  let read = 0
  const count = (chunk: Uint8Array) => {
    read += chunk.length
    return incoming.update(chunk)
  }
  const incomingBody = checkedAtEnd(tap(passing(context, reading.body), count), async () => {
    const digests = await incoming.digests()
    refuseUnlessEqual(context, digests, known)
    if (transforms.length === 0) context.sent = { size: read, digests }
    return digests
  })
  const { modified } = { ...entry.source, ...reading.entry }
  const contentType = reading.entry.contentType ?? entry.source.contentType
  const about = { path: entry.target, modified, contentType, ifAbsent: onlyIfAbsent(context) }
  const options = { signal, report: watched.touch }

  if (transforms.length === 0) {
    const { size } = reading.entry
    const stored = await to.write({ ...about, size, digests: promised(known, to) }, incomingBody.body, options)
    return await confirm(context, read, incomingBody.digests(), stored)
  }
  let body: Bytes = incomingBody.body
  for (const transform of transforms) body = transform.apply(entry.source, body, { signal })
  const outgoing = new Digesting(
    hashing,
    algorithmsFor(hashing, undefined, to.abilities.digests),
    reading.entry.size ?? 0,
  )
  let size = 0
  const counted = tap(body, (chunk) => {
    size += chunk.length
    return outgoing.update(chunk)
  })
  const stored = await to.write(about, counted, options)
  return { ...(await confirm(context, size, await outgoing.digests(), stored)), read }
}

/** Compares what was sent with what the destination says it stored; asks it where its answer did not tell. */
export async function confirm(context: EntryContext, size: number, digests: Digests, answer: Entry): Promise<Sent> {
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

/** A body that is judged before its end is told, so that a destination never publishes what was read wrong. */
function checkedAtEnd(
  body: Bytes,
  judge: () => Promise<Digests>,
): { readonly body: Bytes; readonly digests: () => Digests } {
  let judged: Digests | undefined
  async function* checked() {
    yield* body
    judged = await judge()
  }
  return {
    body: checked(),
    digests() {
      if (judged === undefined) throw new GantryError('integrity', 'The destination did not take all of the bytes.')
      return judged
    },
  }
}
