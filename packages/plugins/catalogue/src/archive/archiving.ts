import { imageLayout, keepLayout, type Layout, type Store } from '@gantry/core'
import type { Journal } from '@gantry/transfer'

import type { Catalogue } from '../catalogue.ts'
import type { SessionName } from '../records/place-rows.ts'
import { clearStaged, type Said, saidOf, stage } from './staged.ts'

export interface ArchivingOptions {
  readonly catalogue: Catalogue
  readonly to: Store
  readonly journal: Journal
  /** Default: the destination's own, else that paths stay as they are. */
  readonly layout?: Layout
}

/** What a job is opened with, so that the catalogue learns what it archives. */
export interface Archiving {
  readonly journal: Journal
  readonly layout: Layout
}

/**
 * Wraps what a copy is made of: what headers say is written to the catalogue before the plan that it belongs to, because
 * a journal keeps no UIDs. `settleArchive` turns the receipts of the journal into the catalogue's, after each run.
 */
export function archiving({ catalogue, to, journal, layout: given }: ArchivingOptions): Archiving {
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
  return { journal: withCalls(journal, calls), layout }
}

/** The same, with some of its calls replaced. */
export function withCalls<Target extends object>(target: Target, calls: Partial<Target>): Target {
  return new Proxy(target, {
    get(inner, key) {
      if (Object.hasOwn(calls, key)) return calls[key as keyof Target]
      const value: unknown = Reflect.get(inner, key)
      return typeof value === 'function' ? (value.bind(inner) as unknown) : value
    },
  })
}

/** Where an archive goes, and what for. */
export interface ArchivePlace {
  readonly session: SessionName
  /** How the destination opens again. */
  readonly location: string
}
