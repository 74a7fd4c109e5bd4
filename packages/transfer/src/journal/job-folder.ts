import { mkdirSync, readdirSync, rmSync, existsSync } from 'node:fs'
import { join } from 'node:path'

import { GantryError, type JobRecord, type JobSpec } from '@gantry/core'

import { holdLock, isHeld } from './file-lock.ts'
import type { Journal } from './journal.ts'
import { SqliteJournal } from './sqlite-journal.ts'

/** A job as its folder knows it. */
export interface JobSummary {
  readonly id: string
  readonly spec: JobSpec
  readonly record: JobRecord
  /** A living process has it open. */
  readonly running: boolean
}

/** Journals of many jobs, one SQLite file each, so that forgetting a job is removing its file. */
export interface JobFolder {
  /** `already_exists` when there is a job of that id. */
  create(spec: JobSpec): Journal
  /** For the one process that runs the job; `already_exists` while another has it. `not_found`. */
  open(id: string): Journal
  show(id: string): Promise<JobSummary>
  /** Newest first; damaged files are passed over. */
  list(): AsyncIterable<JobSummary>
  /** Asks the process that runs the job; it looks several times a second. `not_found` when none runs it. */
  request(id: string, wanted: 'pause' | 'cancel'): void
  /** Removes the journal; `already_exists` while a process runs the job. */
  forget(id: string): void
}

/** The folder is made if it is not there, for its owner alone. */
export function jobFolder(folder: string): JobFolder {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const fileOf = (id: string) => {
    if (!/^[a-z0-9-]{4,64}$/u.test(id)) throw new GantryError('not_found', `There is no job "${id}".`)
    return join(folder, `${id}.job`)
  }
  const existing = (id: string) => {
    const file = fileOf(id)
    if (!existsSync(file)) throw new GantryError('not_found', `There is no job "${id}": see the list of jobs.`)
    return file
  }

  const folderOf: JobFolder = {
    create(spec) {
      const file = fileOf(spec.id)
      if (existsSync(file)) throw new GantryError('already_exists', `There is a job "${spec.id}" already.`)
      return held(file, () => SqliteJournal.create(file, spec))
    },
    open(id) {
      const file = existing(id)
      return held(file, () => SqliteJournal.open(file))
    },
    async show(id) {
      const file = existing(id)
      const journal = SqliteJournal.open(file)
      try {
        return { id, spec: journal.spec, record: await journal.load(), running: isHeld(`${file}.lock`) }
      } finally {
        await journal.close()
      }
    },
    async *list() {
      const ids = readdirSync(folder).filter((name) => name.endsWith('.job'))
      const summaries: JobSummary[] = []
      for (const name of ids) {
        try {
          summaries.push(await folderOf.show(name.slice(0, -'.job'.length)))
        } catch {
          // Not ours, or damaged: `show` says which when asked by name.
        }
      }
      yield* summaries.sort((a, b) => b.spec.created - a.spec.created)
    },
    request(id, wanted) {
      const file = existing(id)
      if (!isHeld(`${file}.lock`)) throw new GantryError('not_found', `No process is running the job "${id}".`)
      const journal = SqliteJournal.open(file)
      try {
        journal.request(wanted)
      } finally {
        void journal.close()
      }
    },
    forget(id) {
      const file = existing(id)
      const release = holdLock(`${file}.lock`)
      for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true })
      release()
      for (const suffix of ['.lock', '.lock-journal']) rmSync(`${file}${suffix}`, { force: true })
    },
  }
  return folderOf
}

/** Opens a journal under its lock, and lets go of the lock when the journal is closed. */
function held(file: string, openJournal: () => SqliteJournal): Journal {
  const release = holdLock(`${file}.lock`)
  try {
    const journal = openJournal()
    const close = journal.close.bind(journal)
    journal.close = async () => {
      try {
        await close()
      } finally {
        release()
      }
    }
    return journal
  } catch (error) {
    release()
    throw error
  }
}
