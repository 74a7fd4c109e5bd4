import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

import { GantryError, isGantryError, type JobRecord, type JobSpec } from '@gantry/core'

import { makeFolder } from '../platform/make-folder.ts'
import { hasLeft } from '../runner/clean-up.ts'
import { holdLock, isHeld } from './file-lock.ts'
import type { Journal, JournalFailure } from './journal.ts'
import { onRecords } from './records-error.ts'
import { jobWords, mark, marked, sameRetention, unmark } from './same-words.ts'
import { SqliteJournal } from './sqlite-journal.ts'
import { isUnfinished } from './unfinished.ts'

/** A job as its folder knows it. */
export interface JobSummary {
  readonly id: string
  readonly spec: JobSpec
  readonly record: JobRecord
  /** A living process has it open. */
  readonly running: boolean
}

export interface ListJobsOptions {
  /** Of a journal that is damaged or cannot be opened; the others are listed all the same. `forget` removes it. */
  readonly onUnreadable?: ((id: string, error: unknown) => void) | undefined
}

/** Journals of many jobs, one SQLite file each, so that forgetting a job is removing its file. */
export interface JobFolder {
  /** `already_exists` when there is a job of that id; as all of these, `permission_denied` and `read_only` where the folder is. */
  create(spec: JobSpec): Journal
  /** For the one process that runs the job; `already_exists` while another has it. `not_found`. */
  open(id: string): Journal
  /** As it is, also while a process runs it; neither this nor `failures` and the lists write anything. `not_found`, `invalid` where it is damaged. */
  show(id: string): Promise<JobSummary>
  /** Entries that failed; errors as of `show`. */
  failures(id: string): AsyncIterable<JournalFailure>
  /** Newest first; of files that cannot be read, `onUnreadable` is told. */
  list(options?: ListJobsOptions): AsyncIterable<JobSummary>
  /**
   * Of the jobs that were asked for in the same words, those that are not over, or left something at their destination; newest
   * first. However many there are, the others are not opened.
   */
  like(spec: JobSpec): AsyncIterable<JobSummary>
  /** Asks the process that runs the job; it looks several times a second. `not_found` when none runs it. */
  request(id: string, wanted: 'pause' | 'cancel'): void
  /** Removes the journal; `already_exists` while a process runs the job. */
  forget(id: string): void
}

const suffix = '.job'

/** Files of journals that this process holds: it would be told of itself as of another. */
const ours = new Set<string>()

function lock(file: string): () => void {
  const name = resolve(file)
  const release = holdLock(`${file}.lock`, ours.has(name) ? { taken: 'This job is running already.' } : {})
  ours.add(name)
  return () => {
    ours.delete(name)
    release()
  }
}

/** The folder is made if it is not there, for its owner alone. */
export function jobFolder(folder: string): JobFolder {
  makeFolder(folder)
  const fileOf = (id: string) => {
    if (!/^[a-z0-9-]{4,64}$/u.test(id)) throw new GantryError('not_found', `There is no job "${id}".`)
    return join(folder, `${id}${suffix}`)
  }
  const existing = (id: string) => {
    const file = fileOf(id)
    const stat = statSync(file, { throwIfNoEntry: false })
    if (stat === undefined) throw new GantryError('not_found', `There is no job "${id}": see the list of jobs.`)
    // What is in it is not ours: not even `forget` removes it.
    if (stat.isDirectory()) {
      throw new GantryError('unsupported', `There is a folder in its place, to be moved away: ${file}`, { path: file })
    }
    return file
  }

  const absent = (id: string) => {
    if (existsSync(fileOf(id))) throw new GantryError('already_exists', `There is a job "${id}" already.`)
  }

  /** Half of a record would be told of as damaged ever after. */
  const discard = (id: string, isGone: (end: string) => boolean) => {
    const start = `${id}${suffix}`
    for (const name of readdirSync(folder).filter((one) => one.startsWith(start) && isGone(one.slice(start.length)))) {
      try {
        rmSync(join(folder, name), { force: true })
      } catch {
        // Why it was not made says more.
      }
    }
  }

  const newestFirst = async (names: readonly string[], onUnreadable: ListJobsOptions['onUnreadable'] = () => {}) => {
    const summaries: JobSummary[] = []
    for (const name of names) {
      const id = name.slice(0, -suffix.length)
      try {
        summaries.push(await folderOf.show(id))
      } catch (error) {
        // Forgotten meanwhile; or no name that a job can have.
        if (!isGantryError(error) || error.code !== 'not_found') onUnreadable(id, error)
      }
    }
    return summaries.sort((a, b) => b.spec.created - a.spec.created)
  }

  const folderOf: JobFolder = {
    create(spec) {
      const file = fileOf(spec.id)
      absent(spec.id)
      let made = false
      const make = () => {
        // Another process may have made one until the lock was ours.
        absent(spec.id)
        made = true
        return SqliteJournal.create(file, spec)
      }
      return onRecords(folder, () => {
        try {
          return held(file, make, () => made && discard(spec.id, (end) => end !== '.lock'))
        } catch (error) {
          if (made && !existsSync(file)) discard(spec.id, (end) => end === '.lock')
          throw error
        }
      })
    },
    open(id) {
      const file = existing(id)
      return onRecords(folder, () => held(file, () => SqliteJournal.open(file)))
    },
    async show(id) {
      const file = existing(id)
      const journal = SqliteJournal.look(file)
      try {
        return { id, spec: journal.spec, record: await journal.load(), running: isHeld(`${file}.lock`) }
      } finally {
        await journal.close()
      }
    },
    async *failures(id) {
      const journal = SqliteJournal.look(existing(id))
      try {
        yield* journal.failures()
      } finally {
        await journal.close()
      }
    },
    async *list(options) {
      const names = onRecords(folder, () => readdirSync(folder))
      yield* await newestFirst(
        names.filter((name) => name.endsWith(suffix)),
        options?.onUnreadable,
      )
    },
    async *like(spec) {
      const words = jobWords(spec)
      const summaries = await newestFirst(onRecords(folder, () => marked(folder, spec)))
      yield* summaries.filter((one) => jobWords(one.spec) === words && sameRetention(one.spec, spec))
    },
    request(id, wanted) {
      const file = existing(id)
      if (!isHeld(`${file}.lock`)) throw new GantryError('not_found', `No process is running the job "${id}".`)
      const journal = SqliteJournal.open(file)
      try {
        journal.request(wanted)
      } finally {
        // The wish is written, or why it is not is thrown.
        journal.close().catch(() => {})
      }
    },
    forget(id) {
      const file = existing(id)
      const release = lock(file)
      onRecords(folder, () => {
        try {
          // The journal last: while it is there, the job can be forgotten again.
          for (const end of ['-wal', '-shm', '']) rmSync(`${file}${end}`, { force: true })
        } finally {
          release()
        }
        // The lock's own, and what says by which words the job was asked for.
        for (const name of readdirSync(folder)) {
          if (name.startsWith(`${id}${suffix}.`)) rmSync(join(folder, name), { force: true })
        }
      })
    },
  }
  return folderOf
}

/** Opens a journal under its lock, and lets go of the lock when the journal is closed; others of its words find it meanwhile. */
function held(file: string, openJournal: () => SqliteJournal, onFailure: () => unknown = () => {}): Journal {
  const release = lock(file)
  let opened: SqliteJournal | undefined
  try {
    const journal = openJournal()
    opened = journal
    mark(file, journal.spec)
    const close = journal.close.bind(journal)
    let closed: Promise<void> | undefined
    const closeAll = async () => {
      try {
        if (!isUnfinished({ record: { phase: journal.phase } }) && !(await hasLeft(journal))) unmark(file, journal.spec)
      } catch {
        // A mark too many costs whoever asks next one look.
      }
      await close().finally(release)
    }
    journal.close = async () => await (closed ??= closeAll())
    return journal
  } catch (error) {
    // What was thrown first says more.
    opened?.close().catch(() => {})
    try {
      onFailure()
    } finally {
      release()
    }
    throw error
  }
}
