import { type ErrorCode, GantryError, type Hashing, keepLayout, Store } from '@gantry/core'
import { checkGiven } from '@gantry/core/driver'
import { sideBySide } from '@gantry/core/side-by-side'
import type { HubArchive, HubArchiveReceipt, HubArchiveSession } from '@gantry/core/hub'
import { createJobSpec, type Identify, type JobResult, type Journal, memoryJournal, openJob } from '@gantry/transfer'

import { archiving } from '../archive/archiving.ts'
import { settleArchive } from '../archive/settle-archive.ts'
import type { Catalogue } from '../catalogue.ts'
import type { WritingKey } from '../keys/catalogue-key.ts'
import { receiptPageOfTarget } from '../records/read-receipts.ts'
import type { CatalogueReceipt } from '../records/receipt.ts'
import type { Target } from '../records/target.ts'
import { archivedView } from '../restore/archived-view.ts'
import { chooseReceipts, type ChosenReceipt } from '../restore/choose.ts'
import { comparedByBytes } from '../restore/compared-by-bytes.ts'
import { sha256At } from '../sha256-at.ts'

export interface HubArchiveOptions {
  readonly catalogue: Catalogue
  /** Where all accounts' sessions go, each below a folder of its name. */
  readonly store: Store
  /** How that opens again. */
  readonly location: string
  readonly hashing: Hashing
  readonly identify?: Identify | undefined
  /** Default: no manifests. */
  readonly key?: WritingKey | undefined
  /** Milliseconds that the storage is to retain what is archived; needs its ability. */
  readonly retainFor?: number | undefined
  readonly tier?: string | undefined
}

/** Archives what a hub's accounts ask for: sessions are owned by accounts, and nobody sees another's. */
export function hubArchive(options: HubArchiveOptions): HubArchive {
  checkGiven(options, 'hubArchive', { catalogue: 'object', store: 'store', location: 'string', hashing: 'function' })
  const { catalogue, hashing, location, store } = options
  const folderOf = (owner: string) => `${encodeURIComponent(owner)}/`
  const targetOf = async (owner: string, session: string) =>
    await catalogue.find(session, { owner, kinds: ['session'] })
  const sessionOf = async (owner: string, session: string): Promise<HubArchiveSession> => {
    await targetOf(owner, session)
    const [found] = await catalogue.sessions({ owner, name: session, limit: 1 })
    if (found === undefined) throw new GantryError('not_found', 'The catalogue knows no such session.')
    const { name: id, owner: _owner, ...about } = found
    return { id, ...about }
  }
  return {
    async store({ owner, session, objects, prefix, signal }) {
      await archiveObjects(options, { owner, session, objects, prefix }, signal)
      await catalogue.sessionRestored(await targetOf(owner, session))
      return await sessionOf(owner, session)
    },
    async sessions({ owner, after, limit }) {
      const found = await catalogue.sessions({ owner, limit, ...(after !== undefined && { after }) })
      return found.map(({ name: id, owner: _owner, ...about }) => ({ id, ...about }))
    },
    session: async ({ owner, session }) => await sessionOf(owner, session),
    async receipts({ owner, session, after = 0, limit }) {
      const target = await targetOf(owner, session)
      const page = await receiptPageOfTarget(catalogue.database, target, { after, limit })
      const receipts = page.map((receipt) => shown(receipt, folderOf(owner)))
      const next = page.length === limit ? page.at(-1)?.id : undefined
      return { receipts, ...(next !== undefined && { next }) }
    },
    async restore({ owner, session, objects, signal }) {
      const target = await targetOf(owner, session)
      let lost = 0
      const renamed = new Map<string, string>()
      for await (const { location: at, path, as } of chooseReceipts(catalogue, target, {
        prefer: location,
        onLost: () => void (lost += 1),
      })) {
        // Whatever other places the catalogue knows: a hub has this one alone.
        if (at !== location) lost += 1
        else if (as !== undefined) renamed.set(as, path)
      }
      const receipts = () => chosenIn(catalogue, target, location)
      const view = new Store(archivedView({ catalogue, store, location, receipts, renamed }))
      const folder = folderOf(owner)
      const layout = ({ path }: { readonly path: string }) => path.slice(folder.length)
      const to = comparedByBytes(objects, hashing)
      const result = await copy({ from: view, to, layout, hashing }, signal)
      refuseUnlessComplete(result, 'restored')
      const { done, skipped, failed } = result.progress
      if (failed.entries === 0 && lost === 0) await catalogue.sessionRestored(target)
      const event = { kind: 'restored', who: owner, session: { owner, name: session } } as const
      await catalogue.note({ ...event, entries: done.entries, bytes: done.bytes })
      return { restored: done.entries, there: skipped.entries, failed: failed.entries, lost }
    },
    async delete({ owner, session, objects, signal }) {
      const target = await targetOf(owner, session)
      const removed = await removeArchived(options, { target, folder: folderOf(owner), objects }, signal)
      await catalogue.deleteSession({ owner, name: session })
      await catalogue.note({ kind: 'deleted', who: owner, session: { owner, name: session }, ...removed })
      return await sessionOf(owner, session)
    },
  }
}

interface Storing {
  readonly owner: string
  readonly session: string
  readonly objects: Store
  readonly prefix: string
}

async function archiveObjects(
  options: HubArchiveOptions,
  { owner, session, objects, prefix }: Storing,
  signal: AbortSignal,
): Promise<void> {
  const { catalogue, store, location, hashing, identify, key, retainFor, tier } = options
  const folder = `${encodeURIComponent(owner)}/`
  const spec = createJobSpec({
    from: 'hub:',
    to: location,
    selection: { prefix },
    session,
    ...(tier !== undefined && { tier }),
    ...(retainFor !== undefined && { retainUntil: catalogue.now() + retainFor }),
  })
  const own = memoryJournal(spec)
  try {
    const below = Object.assign((entry: Parameters<typeof keepLayout>[0]) => `${folder}${keepLayout(entry)}`, {
      keepsPrefix: false,
    })
    const place = { from: objects, to: store, location, hashing }
    const { journal, layout, to } = archiving({ ...place, catalogue, journal: own, layout: below })
    // Shares put ciphertext: what is packed is then packed by sessions.
    const about = { from: objects, to, journal, layout, hashing, others: `session ${folder}${session}` }
    const job = await openJob({ ...about, ...(identify !== undefined && { identify }) })
    const result = await job.run({ signal })
    if (result.progress.total.entries === 0) {
      throw new GantryError('not_found', 'There are no objects of the caller at that prefix.')
    }
    await settleArchive({
      catalogue,
      from: objects,
      to: store,
      journal,
      location,
      session: { owner, name: session },
      hashing,
      signal,
      who: owner,
      completed: result.phase === 'completed',
      ...(key !== undefined && { key }),
    })
    refuseUnlessComplete(result, 'archived')
    if (result.progress.failed.entries > 0) throw await causeOf(own)
  } finally {
    await own.close()
  }
}

/** Of single entries, and the same whenever it is asked for again. */
const final: ReadonlySet<ErrorCode> = new Set(['invalid', 'unsupported', 'already_exists', 'precondition_failed'])

/** Why not all was archived: what will not pass counts for more. */
async function causeOf(journal: Journal): Promise<GantryError> {
  for await (const { code, message } of journal.failures()) {
    if (final.has(code)) return new GantryError(code, `Not all was archived. ${message}`)
  }
  return new GantryError('unavailable', 'Not all was archived: ask again.')
}

async function* chosenIn(
  catalogue: Catalogue,
  target: Target,
  location: string,
): AsyncGenerator<ChosenReceipt, void, undefined> {
  for await (const one of chooseReceipts(catalogue, target, { prefer: location })) {
    if (one.location === location) yield one
  }
}

/** Removes what the archive has, byte by byte, and nothing else. */
async function removeArchived(
  { catalogue, location, hashing }: HubArchiveOptions,
  { target, folder, objects }: { readonly target: Target; readonly folder: string; readonly objects: Store },
  signal: AbortSignal,
): Promise<{ readonly entries: number; readonly bytes: number }> {
  const total = { entries: 0, bytes: 0 }
  const chosen = chosenIn(catalogue, target, location)
  await sideBySide(
    chosen,
    4,
    async ({ path, as = path, sha256, bytes }) => {
      const own = as.slice(folder.length)
      const found = await objects.find(own, { signal })
      if (found?.size !== bytes) return
      if ((await sha256At(objects, own, { hashing, signal })).sha256 !== sha256) return
      await objects.remove(own, { signal })
      total.entries += 1
      total.bytes += bytes
    },
    { signal },
  )
  return total
}

async function copy(
  { from, to, layout, hashing }: Pick<Parameters<typeof openJob>[0], 'from' | 'to' | 'layout' | 'hashing'>,
  signal: AbortSignal,
): Promise<JobResult> {
  const journal = memoryJournal(createJobSpec({ from: 'archive:', to: 'hub:' }))
  try {
    const job = await openJob({ from, to, journal, ...(layout && { layout }), ...(hashing && { hashing }) })
    return await job.run({ signal })
  } finally {
    await journal.close()
  }
}

/** A client that has gone away, or a storage that fails: asked again, it goes on. */
function refuseUnlessComplete({ phase, failure }: JobResult, done: string): void {
  if (failure !== undefined) throw new GantryError(failure.code, failure.message)
  if (phase !== 'completed') throw new GantryError('cancelled', `Not all was ${done}: ask again.`)
}

function shown(
  { path, bytes, sha256, at, cid, unit, tier, retainUntil, removed }: CatalogueReceipt,
  folder: string,
): HubArchiveReceipt {
  return {
    path: path.slice(folder.length),
    bytes,
    sha256,
    at: Math.round(at),
    ...(cid !== undefined && { cid }),
    ...(unit !== undefined && { root: unit.root }),
    ...(tier !== undefined && { tier }),
    ...(retainUntil !== undefined && { retainUntil }),
    ...(removed !== undefined && { removed }),
  }
}
