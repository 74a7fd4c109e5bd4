import { type Entry, type ErrorCode, GantryError, isGantryError, type JobSpec, jobSpecSchema } from '@gantry/core'
import { openPostgres } from '@gantry/postgres'
import { first, type SqlDatabase, type SqlWriter } from '@gantry/sqlite'

import { FleetNames } from '../fleet-names.ts'
import { beginPart, databaseTime } from './begin-part.ts'
import { cancelStudies } from './cancel-studies.ts'
import { letGo, partFailed, partVerified, type Verified } from './end-part.ts'
import { endStudy, type StudyKey } from './end-study.ts'
import { planStudies } from './plan-studies.ts'
import type {
  BegunPart,
  DeadPart,
  Delivery,
  FleetRun,
  Holder,
  NewStudy,
  NotBegun,
  PartHolder,
  PartKey,
  Planned,
  RunSummary,
  StudyState,
  VerifiedPart,
  WaitingStudy,
} from './records.ts'
import { type ReopenOptions, reopenStudies } from './reopen-studies.ts'
import { ledgerMigrations } from './schema.ts'
import { summarize } from './summarize.ts'

interface RunRow {
  readonly id: string
  readonly queue: string
  readonly spec: string
  readonly state: FleetRun['state']
  readonly created: number
}

const runColumns = 'fleet_runs.id, fleet_runs.queue, fleet_runs.spec, fleet_runs.state, fleet_runs.created'

/** Runs that are remembered: those of which parts are worked on. */
const mostRuns = 100

/** What a fleet is to do and has done: the queue may forget, this may not. Holds paths and UIDs, so it is kept as patients' data. */
export class Ledger {
  readonly database: SqlDatabase
  readonly names: FleetNames
  /** As they were submitted, which does not change; their state does. */
  readonly #runs = new Map<string, FleetRun>()
  /** Those that stand in the database for good, as none is ever removed: not asked for with every batch of studies. */
  readonly #written = new WeakSet<FleetRun>()

  private constructor(database: SqlDatabase, names: FleetNames) {
    this.database = database
    this.names = names
  }

  /** In any database of the port, made with `ledgerMigrations`. */
  static async over(database: SqlDatabase): Promise<Ledger> {
    const key = await database.write(async (sql) => {
      const insert = `INSERT INTO fleet_settings (name, value) VALUES ('key', ?) ON CONFLICT (name) DO NOTHING`
      await sql.run(insert, FleetNames.newKey())
      return await sql.all<{ value: Uint8Array }>(`SELECT value FROM fleet_settings WHERE name = 'key'`)
    })
    return new Ledger(database, new FleetNames(key[0]?.value ?? new Uint8Array()))
  }

  /** A run as it is written down with the first study that is planned by it: one without any is none. */
  newRun(spec: JobSpec): FleetRun {
    return { id: spec.id, queue: this.names.queue(spec.to), spec, state: 'submitting', created: spec.created }
  }

  /** All is planned. */
  async submitted(run: string): Promise<void> {
    const sql = `UPDATE fleet_runs SET state = 'submitted' WHERE id = ? AND state = 'submitting'`
    await this.database.write(async (writer) => await writer.run(sql, run))
  }

  /** Writes down what is to be moved, before the queue is told. */
  async plan(run: FleetRun, studies: readonly NewStudy[]): Promise<Planned[]> {
    const planned = await planStudies(this.database, run, studies, { written: this.#written.has(run) })
    if (planned.some(({ outcome }) => outcome === 'queue')) this.#written.add(run)
    return planned
  }

  /** By id; `not_found`. */
  async run(id: string): Promise<FleetRun> {
    const row = await first(this.database.all<RunRow>(`SELECT ${runColumns} FROM fleet_runs WHERE id = ?`, id))
    if (row === undefined)
      throw new GantryError('not_found', 'The ledger knows no such run: gantry fleet status lists them.')
    return runOf(row)
  }

  async #runOf(id: string): Promise<FleetRun> {
    const run = this.#runs.get(id) ?? (await this.run(id))
    if (this.#runs.size >= mostRuns) this.#runs.clear()
    this.#runs.set(id, run)
    return run
  }

  /** Oldest first. */
  async runs(): Promise<FleetRun[]> {
    const sql = `SELECT ${runColumns} FROM fleet_runs ORDER BY created, id`
    return (await this.database.all<RunRow>(sql)).map((row) => runOf(row))
  }

  async queues(): Promise<{ name: string; destination: string }[]> {
    return await this.database.all('SELECT name, destination FROM fleet_queues ORDER BY name')
  }

  /** Milliseconds since the epoch, by the clock that all workers have in common. */
  async now(): Promise<number> {
    const [row] = await this.database.all<{ now: number }>(`SELECT ${databaseTime} AS now`)
    return row?.now ?? Date.now()
  }

  /** Those of destinations for which something waits, or is worked on. */
  async busyQueues(): Promise<{ name: string; destination: string }[]> {
    return await this.database.all(`SELECT name, destination FROM fleet_queues WHERE EXISTS (SELECT 1 FROM fleet_runs
 JOIN fleet_studies ON fleet_studies.run = fleet_runs.id WHERE fleet_runs.queue = fleet_queues.name
 AND fleet_studies.state = 'queued') ORDER BY name`)
  }

  /** What a part is to move, or why there is nothing to be done; see `beginPart`. */
  async begin(part: PartKey, by: Holder): Promise<BegunPart | NotBegun> {
    const begun = await beginPart(this.database, part, by)
    return typeof begun === 'string' ? begun : { run: await this.#runOf(part.run), ...begun }
  }

  /**
   * Its receipts are recorded; what it names is forgotten here. With the last part its study is done, unless others end at the
   * same moment. `within`: a transaction of the same database, for instance that which records the receipts.
   */
  async verified(part: PartKey, told: VerifiedPart, within?: SqlWriter): Promise<Verified> {
    return await partVerified(within ?? this.database, part, told)
  }

  async failed(part: PartKey, why: { code: ErrorCode; failed: number }): Promise<void> {
    await partFailed(this.database, part, why)
  }

  /** The delivery that is named is not at the part any more. */
  async letGo(part: PartKey, delivery: Delivery): Promise<void> {
    await letGo(this.database, part, delivery)
  }

  /** Whether another database is this one: what belongs together can then be written together. */
  async isIn(database: SqlDatabase): Promise<boolean> {
    if (database === this.database) return true
    const sql = `SELECT value FROM fleet_settings WHERE name = 'key'`
    try {
      const [theirs] = await database.all<{ value: Uint8Array }>(sql)
      return theirs !== undefined && this.names.isOf(theirs.value)
    } catch (error) {
      // It has no such table.
      if (isGantryError(error) && !error.retryable) return false
      throw error
    }
  }

  /** What became of a study of which no part waits any more; with the part that was thought to be the last one. */
  async endStudy(study: StudyKey): Promise<StudyState> {
    return await endStudy(this.database, study)
  }

  /** From now on no part of it is begun, and who is at one leaves it. */
  async cancel(run: string): Promise<void> {
    await this.database.change(`UPDATE fleet_runs SET state = 'cancelled' WHERE id = ? RETURNING id`, run)
  }

  /** Its studies that wait, in pages; see `cancelStudies`. */
  cancelled(run: string): AsyncGenerator<WaitingStudy[], void, undefined> {
    return cancelStudies(this.database, run)
  }

  /** Whose plan these parts are of by now, and who is at them: none of what was cancelled, or planned anew. */
  async holders(parts: readonly Pick<PartKey, 'study' | 'part'>[]): Promise<PartHolder[]> {
    const sql = `SELECT study, number AS part, run, holder FROM fleet_parts JOIN fleet_studies ON fleet_studies.id = study
 JOIN fleet_runs ON fleet_runs.id = run WHERE fleet_runs.state <> 'cancelled'
 AND (study, number) IN (${parts.map(() => '(?, ?)').join(', ')})`
    return await this.database.all(sql, ...parts.flatMap(({ study, part }) => [study, part]))
  }

  /** Parts that failed for good, in pages. */
  async *dead(run?: string): AsyncGenerator<DeadPart, void, undefined> {
    const of = run === undefined ? '' : 'AND fleet_studies.run = ?'
    const sql = `SELECT fleet_studies.run, study, number AS part, code, failed, fleet_parts.entries, begun FROM fleet_parts
 JOIN fleet_studies ON fleet_studies.id = study
 WHERE fleet_parts.state = 'failed' AND (study > ? OR (study = ? AND number > ?)) ${of} ORDER BY study, number LIMIT 500`
    for (let study = '', part = -1; ;) {
      const page = await this.database.all<DeadPart>(sql, study, study, part, ...(run === undefined ? [] : [run]))
      yield* page
      const last = page.at(-1)
      if (last === undefined) return
      ;({ study, part } = last)
    }
  }

  /** What a part that is not verified is to move: names of patients' data, which stand here and in no queue. */
  async entriesOf({ study, run, part }: PartKey): Promise<readonly Entry[]> {
    const sql = `SELECT fleet_parts.plan FROM fleet_parts JOIN fleet_studies ON fleet_studies.id = study
 WHERE study = ? AND run = ? AND number = ?`
    const row = await first(this.database.all<{ plan: string | null }>(sql, study, run, part))
    return JSON.parse(row?.plan ?? '[]') as Entry[]
  }

  /** Its studies that are not done, in pages; see `reopenStudies`. */
  reopen(run: FleetRun, options?: ReopenOptions): AsyncGenerator<Planned[], void, undefined> {
    return reopenStudies(this.database, run, options)
  }

  async summary(run: FleetRun): Promise<RunSummary> {
    return await summarize(this.database, run)
  }

  async close(): Promise<void> {
    await this.database.close()
  }
}

/** The ledger in a PostgreSQL, for as many processes as there are; made where it is not there. */
export async function openLedger(url: string, connections?: number): Promise<Ledger> {
  const about = { url, migrations: ledgerMigrations, owner: 'the fleet' }
  const database = await openPostgres({ ...about, ...(connections !== undefined && { connections }) })
  try {
    return await Ledger.over(database)
  } catch (error) {
    await database.close()
    throw error
  }
}

function runOf({ spec, ...row }: RunRow): FleetRun {
  return {
    id: row.id,
    queue: row.queue,
    state: row.state,
    created: row.created,
    spec: jobSpecSchema.parse(JSON.parse(spec)),
  }
}
