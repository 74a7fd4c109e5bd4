import type { Catalogue, CatalogueReceipt, StudyQuery, StudySummary } from '@gantry/catalogue'

import type { Context } from '../../context.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import type { CatalogueFlags } from '../../options/catalogue-option.ts'
import { formatBytes, formatCount, formatTime } from '../../render/amounts.ts'
import { renderPlace } from '../../render/job.ts'
import { toJsonLine } from '../../render/json.ts'
import { renderWhole } from '../../render/table.ts'
import { printable } from '../../render/text.ts'
import { withCatalogue } from './open-catalogue.ts'

export interface ListFlags extends CatalogueFlags {
  readonly sessions?: boolean
  readonly locations?: boolean
  readonly events?: boolean
}

export interface FindFlags extends CatalogueFlags {
  readonly since?: string
  readonly until?: string
  readonly modality?: string
  readonly patient?: string
}

export type ShowFlags = CatalogueFlags

/** `gantry catalogue ls`. */
export async function listCatalogue(context: Context, flags: ListFlags): Promise<ExitCode> {
  return await withCatalogue(
    context,
    flags,
    async (catalogue) => {
      if (flags.sessions === true) return end(context, { sessions: await listSessions(context, catalogue) })
      if (flags.locations === true) return end(context, { locations: await listLocations(context, catalogue) })
      if (flags.events === true) return end(context, { events: await listEvents(context, catalogue) })
      return end(context, { studies: await listStudies(context, catalogue, {}) })
    },
    { existing: true },
  )
}

/** `gantry catalogue find`. */
export async function findStudies(context: Context, flags: FindFlags): Promise<ExitCode> {
  const { since, until, modality, patient } = flags
  const dayOf = (date: string) => date.replaceAll('-', '')
  const query: StudyQuery = {
    ...(since !== undefined && { since: dayOf(since) }),
    ...(until !== undefined && { until: dayOf(until) }),
    ...(modality !== undefined && { modality: modality.toUpperCase() }),
    ...(patient !== undefined && { patientId: patient }),
  }
  return await withCatalogue(
    context,
    flags,
    async (catalogue) => {
      const studies = await listStudies(context, catalogue, query)
      return end(context, { studies }, studies > 0 ? exitCodes.done : exitCodes.failed)
    },
    { existing: true },
  )
}

/** `gantry catalogue show`. */
export async function showTarget(context: Context, what: string, flags: ShowFlags): Promise<ExitCode> {
  const { io, options } = context
  return await withCatalogue(
    context,
    flags,
    async (catalogue) => {
      const target = await catalogue.find(what)
      const head = ['SIZE', 'STORED', 'UNTIL', 'TIER', 'SHA-256', 'WHERE']
      let rows: string[][] = []
      let receipts = 0
      for await (const receipt of catalogue.receipts(target)) {
        receipts += 1
        if (options.json) io.stdout.write(toJsonLine({ type: 'receipt', ...receipt }))
        else rows.push(rowOf(receipt))
        await io.stdout.ready()
        if (rows.length < 500) continue
        show(context, head, rows)
        rows = []
      }
      if (!options.json && rows.length > 0) show(context, head, rows)
      return end(context, { receipts })
    },
    { existing: true },
  )
}

function rowOf({ bytes, at, retainUntil, tier, sha256, location, path, removed, unit }: CatalogueReceipt): string[] {
  const where = `${renderPlace(location)} ${path}${unit === undefined ? '' : ` (${unit.root})`}`
  const gone = removed === undefined ? '' : ' (removed)'
  const until = retainUntil === undefined ? '-' : formatTime(retainUntil).slice(0, 10)
  return [formatBytes(bytes), formatTime(at), until, tier ?? '-', sha256.slice(0, 12), `${printable(where)}${gone}`]
}

/** A page of studies at a time; tells how many there were. Who the patient is, is not shown. */
async function listStudies(context: Context, catalogue: Catalogue, query: StudyQuery): Promise<number> {
  const { io, options } = context
  const head = ['DATE', 'MODALITY', 'SERIES', 'INSTANCES', 'SIZE', 'STUDY']
  let count = 0
  for (let after = ''; ;) {
    const page = await catalogue.studies({ ...query, ...(after !== '' && { after }), limit: 500 })
    count += page.length
    if (options.json) for (const study of page) io.stdout.write(toJsonLine({ type: 'study', ...withoutPatient(study) }))
    else if (page.length > 0) show(context, head, page.map(studyRow))
    await io.stdout.ready()
    const last = page.at(-1)
    if (last === undefined || page.length < 500) break
    after = last.uid
  }
  if (count === 0 && !options.json) io.stdout.write('No studies.\n')
  return count
}

/** Descriptions are free text, which may name one. */
function withoutPatient({
  patientId: _id,
  patientName: _name,
  description: _description,
  ...study
}: StudySummary): object {
  return study
}

function studyRow({ date, modalities, series, instances, bytes, uid }: StudySummary): string[] {
  const day = date === undefined ? '-' : date.replace(/^(\d{4})(\d{2})(\d{2})$/u, '$1-$2-$3')
  return [
    printable(day),
    printable(modalities.join(',')) || '-',
    formatCount(series),
    formatCount(instances),
    formatBytes(bytes),
    uid,
  ]
}

async function listSessions(context: Context, catalogue: Catalogue): Promise<number> {
  const { io, options } = context
  const rows: string[][] = []
  for (let after = ''; ;) {
    const page = await catalogue.sessions({ after, limit: 500 })
    for (const session of page) {
      if (options.json) io.stdout.write(toJsonLine({ type: 'session', ...session }))
      const state = session.deleted === undefined ? 'kept' : 'deleted'
      const { created, entries, bytes, name } = session
      rows.push([formatTime(created), formatCount(entries), formatBytes(bytes), state, printable(name)])
    }
    const last = page.at(-1)
    if (last === undefined || page.length < 500) break
    after = last.name
  }
  if (options.json) return rows.length
  if (rows.length === 0) io.stdout.write('No sessions.\n')
  else show(context, ['BEGUN', 'ENTRIES', 'SIZE', 'STATE', 'SESSION'], rows)
  return rows.length
}

async function listLocations({ io, options }: Context, catalogue: Catalogue): Promise<number> {
  const locations = await catalogue.locations()
  for (const location of locations) {
    io.stdout.write(options.json ? toJsonLine({ type: 'location', location }) : `${printable(location)}\n`)
  }
  return locations.length
}

async function listEvents(context: Context, catalogue: Catalogue): Promise<number> {
  const { io, options } = context
  const events = await catalogue.events()
  if (options.json) for (const event of events) io.stdout.write(toJsonLine({ type: 'event', ...event }))
  else if (events.length === 0) io.stdout.write('Nothing has happened.\n')
  else {
    const rows = events.map(({ at, kind, who, session, target, entries, bytes }) => [
      formatTime(at),
      kind,
      printable(who),
      formatCount(entries),
      formatBytes(bytes),
      printable(session ?? target ?? '-'),
    ])
    show(context, ['WHEN', 'WHAT', 'WHO', 'ENTRIES', 'SIZE', 'OF'], rows)
  }
  return events.length
}

/** Programs are told that this was all. */
function end({ io, options }: Context, counts: object, exit: ExitCode = exitCodes.done): ExitCode {
  if (options.json) io.stdout.write(toJsonLine({ type: 'result', ...counts, exit }))
  return exit
}

function show({ io, style }: Context, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const columns = io.stdout.isTerminal ? io.stdout.columns : undefined
  // What is listed is what other commands are given.
  io.stdout.write(`${renderWhole(head, rows, style.stdout, columns)}\n`)
}
