import { type Hashing, imageLayout, keepLayout, type Layout, type Store } from '@gantry/core'
import { checkGiven, withCalls } from '@gantry/core/driver'
import type { Journal } from '@gantry/transfer'

import type { Catalogue } from '../catalogue.ts'
import { retainedKept } from './retained-kept.ts'
import { clearStaged, type Said, saidOf, stage } from './staged.ts'

export interface ArchivingOptions {
  readonly catalogue: Catalogue
  readonly from: Store
  readonly to: Store
  /** How the destination opens again. */
  readonly location: string
  readonly hashing: Hashing
  readonly journal: Journal
  /** Default: the destination's own, else that paths stay as they are. */
  readonly layout?: Layout | undefined
}

/** What a job is opened with, so that the catalogue learns what it archives. */
export interface Archiving {
  /** Refuses other bytes, with `already_exists`, where the catalogue retains what lies there. */
  readonly to: Store
  readonly journal: Journal
  readonly layout: Layout
}

/**
 * Wraps what a copy is made of: what headers say is written to the catalogue before the plan that it belongs to, because
 * a journal keeps no UIDs. `settleArchive` turns the receipts of the journal into the catalogue's, after each run.
 */
export function archiving(options: ArchivingOptions): Archiving {
  checkGiven(options, 'archiving', {
    catalogue: 'object',
    from: 'store',
    to: 'store',
    location: 'string',
    hashing: 'function',
    journal: 'object',
  })
  const { catalogue, layout: given } = options
  const { journal, to } = retainedKept(options)
  const own = to.abilities.layout
  const inner = given ?? (own === undefined ? keepLayout : imageLayout(own))
  const said = new Map<string, Said>()
  const layout: Layout = Object.assign(
    (entry: Parameters<Layout>[0]) => {
      const known = saidOf(entry)
      if (known !== undefined) said.set(entry.path, known)
      return inner(entry)
    },
    { needsHeader: true, needsImage: true, keepsPrefix: inner.keepsPrefix === true },
  )
  const { id } = journal.spec
  const calls: Partial<Journal> = {
    async clearPlan() {
      said.clear()
      await clearStaged(catalogue, id)
      await journal.clearPlan()
    },
    async addEntries(entries) {
      const batch = new Map(
        entries.flatMap(({ source: { path } }) => {
          const one = said.get(path)
          said.delete(path)
          return one === undefined ? [] : [[path, one] as const]
        }),
      )
      await stage(catalogue, id, batch)
      await journal.addEntries(entries)
    },
  }
  return { journal: withCalls(journal, calls), layout, to }
}
