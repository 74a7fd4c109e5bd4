import { checkGiven } from '@gantry/core/driver'
import type { WritingKey } from '../keys/catalogue-key.ts'
import { roomForManifests } from '../manifests/room-for-manifests.ts'
import { writeManifests } from '../manifests/write-manifests.ts'
import { Settling } from './settling.ts'
import type { SettleOptions } from './settle-options.ts'
import { clearStaged } from './staged.ts'

export interface Settled {
  /** Entries that this job sent. */
  readonly sent: number
  /** Entries that were there, and known. */
  readonly known: number
  /** Entries that were there, and that the catalogue had not known. */
  readonly adopted: number
  /** Entries that were taken for the same, and are not. */
  readonly different: number
  readonly bytes: number
  /** Those of what is new; without news, those of sessions that lacked one, or its key. */
  readonly manifests: number
}

/**
 * Turns the receipts of a job into the catalogue's. Idempotent: the journal is what lasts, so that nothing is lost where a
 * process ended between the two. What was there already is read, on both sides, unless the catalogue knows it.
 */
export async function settleArchive(options: SettleOptions): Promise<Settled> {
  checkGiven(options, 'settleArchive', {
    catalogue: 'object',
    session: 'object',
    location: 'string',
    from: 'store',
    to: 'store',
    journal: 'object',
    hashing: 'function',
    signal: 'object',
    who: 'string',
  })
  const { catalogue, journal, location, session, completed, who } = options
  const settling = new Settling(options)
  await settling.receipts()
  if (completed) await settling.same()
  const { sent, known, adopted, different, bytes } = settling
  let manifests = 0
  const news = sent + adopted + settling.added > 0
  if (completed) {
    const { to: store, signal } = options
    const sealing = sealingOf(options)
    if (sealing !== undefined) {
      const { retainUntil } = journal.spec
      const kept = retainUntil === undefined ? {} : { retainUntil }
      const about = { catalogue, store, location, signal, ...sealing, ...kept }
      // Also without news: a run may have ended between the last receipt and the manifests, or somebody removed them.
      for (const one of settling.told()) {
        const { there, lacked } = await writeManifests({ ...about, session: one })
        if (news || lacked.length > 0) manifests += there
      }
    }
    if (news) await catalogue.note({ kind: 'archived', who, session, place: location, entries: sent, bytes })
    await clearStaged(catalogue, journal.spec.id)
  }
  return { sent, known, adopted, different, bytes, manifests }
}

/** What manifests are written with; nothing where none are. */
function sealingOf({ to, key, manifests = true }: SettleOptions): { readonly key?: WritingKey } | undefined {
  const room = manifests ? roomForManifests(to) : undefined
  if (room === 'packed') return {}
  return room === undefined || key === undefined ? undefined : { key }
}
