import { copyFileSync, mkdirSync, readdirSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { expect, onTestFinished, test } from 'vitest'

import { createJobSpec } from '../create-job-spec.ts'
import { all } from '../testing/all.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { jobFolder } from './job-folder.ts'
import { SqliteJournal } from './sqlite-journal.ts'

const spec = createJobSpec({ id: 'a-job', from: 'memory:a', to: 'memory:b' })

test('a job that cannot be forgotten is neither gone by half nor running', async () => {
  const folder = temporaryFolder()
  const jobs = jobFolder(folder)
  await jobs.create(spec).close()
  const inTheWay = join(folder, 'a-job.job-wal')
  mkdirSync(inTheWay)
  expect(() => jobs.forget('a-job')).toThrow(expect.objectContaining({ code: expect.not.stringMatching('exists') }))
  rmdirSync(inTheWay)
  expect((await jobs.show('a-job')).running).toBe(false)
  jobs.forget('a-job')
  await expect(jobs.show('a-job')).rejects.toMatchObject({ code: 'not_found' })
})

test('who asks something of a job is not ended by a journal that cannot be closed', async () => {
  const jobs = jobFolder(temporaryFolder())
  const running = jobs.create(spec)
  onTestFinished(async () => await running.close())
  const { close } = Object.getOwnPropertyDescriptors(SqliteJournal.prototype)
  const restore = () => Object.defineProperty(SqliteJournal.prototype, 'close', close)
  onTestFinished(() => void restore())
  SqliteJournal.prototype.close = async function failing(this: SqliteJournal) {
    await close.value?.call(this)
    throw new Error('The disk is full.')
  }
  const unhandled: unknown[] = []
  const see = (reason: unknown) => void unhandled.push(reason)
  process.on('unhandledRejection', see)
  onTestFinished(() => void process.off('unhandledRejection', see))
  jobs.request('a-job', 'pause')
  restore()
  await new Promise((resolve) => setImmediate(resolve))
  expect(unhandled).toEqual([])
  expect(await running.takeRequest()).toBe('pause')
})

test('to list and to show jobs writes nothing, also of one whose process was killed or runs', async () => {
  const folder = temporaryFolder()
  const jobs = jobFolder(folder)
  await jobs.create(spec).close()
  const names = readdirSync(folder)
  // As a process that was killed leaves it: what it wrote is in the log beside the file.
  const database = new DatabaseSync(join(folder, 'a-job.job'))
  database.exec("PRAGMA wal_autocheckpoint = 0; UPDATE job SET phase = 'paused'")
  const beside = readdirSync(folder)
  expect(await all(jobs.list())).toMatchObject([{ id: 'a-job', record: { phase: 'paused' } }])
  expect(await all(jobs.failures('a-job'))).toEqual([])
  expect(readdirSync(folder)).toEqual(beside)
  database.close()
  expect(await jobs.show('a-job')).toMatchObject({ record: { phase: 'paused' }, running: false })
  expect(readdirSync(folder)).toEqual(names)
})

test('a job that another process begins to write while it is read is read on', async () => {
  const folder = temporaryFolder()
  const jobs = jobFolder(folder)
  const journal = jobs.create(spec)
  const source = (index: number) => ({ path: `${String(index).padStart(5, '0')}.dcm`, size: 1 })
  await journal.addEntries(
    Array.from({ length: 5000 }, (_, index) => ({ source: source(index), target: source(index).path })),
  )
  const file = join(folder, 'a-job.job')
  await journal.close()
  const fail = new DatabaseSync(file)
  fail.exec("UPDATE entries SET status = 5, code = 'internal', message = 'It failed.'")
  fail.close()

  const failures = jobs.failures('a-job')
  expect(await failures[Symbol.asyncIterator]().next()).toMatchObject({ value: { path: '00000.dcm' } })
  const other = new DatabaseSync(file)
  other.exec('UPDATE entries SET message = hex(zeroblob(200)) WHERE id % 2 = 0; DELETE FROM entries WHERE id % 3 = 0')
  other.exec('VACUUM')
  other.close()
  const rest = await all(failures)
  expect(rest.at(-1)).toMatchObject({ path: '04999.dcm' })
  expect(new Set(rest.map(({ path }) => path)).size).toBe(rest.length)
  expect(readdirSync(folder).filter((name) => /-(?:wal|shm)$/u.test(name))).toEqual([])
})

test('a job that another process makes first is left as it is', async () => {
  const folder = temporaryFolder()
  const jobs = jobFolder(folder)
  await jobs.create(createJobSpec({ id: 'other-job', from: 'memory:a', to: 'memory:b' })).close()
  const file = join(folder, 'a-job.job')
  // As the lock is waited for: the first look at the file is over, and the lock's own file is made.
  const lock = `${file}.lock`
  const { exec } = Object.getOwnPropertyDescriptors(DatabaseSync.prototype)
  onTestFinished(() => void Object.defineProperty(DatabaseSync.prototype, 'exec', exec))
  DatabaseSync.prototype.exec = function racing(this: DatabaseSync, sql: string) {
    if (sql === 'BEGIN EXCLUSIVE' && this.location() === lock) copyFileSync(join(folder, 'other-job.job'), file)
    exec.value?.call(this, sql)
  }
  expect(() => jobs.create(spec)).toThrow(expect.objectContaining({ code: 'already_exists' }))
  expect((await all(jobs.list())).length).toBe(2)
})

test('of a record that could not be made, nothing stays', async () => {
  const folder = temporaryFolder()
  const jobs = jobFolder(folder)
  await jobs.create(spec).close()
  const mark = readdirSync(folder).find((name) => name.includes('.as-')) ?? ''
  jobs.forget('a-job')
  // In the way of what is made last.
  mkdirSync(join(folder, mark))
  expect(() => jobs.create(spec)).toThrow(expect.objectContaining({ code: 'read_only' }))
  const unreadable: string[] = []
  expect(await all(jobs.list({ onUnreadable: (id) => unreadable.push(id) }))).toEqual([])
  expect([unreadable, readdirSync(folder).filter((name) => name !== mark)]).toEqual([[], []])
  rmSync(join(folder, mark), { recursive: true })
  await jobs.create(spec).close()
})
