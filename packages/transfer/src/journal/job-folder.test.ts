import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { expect, test } from 'vitest'

import { createJobSpec } from '../create-job-spec.ts'
import { all } from '../testing/all.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { jobFolder } from './job-folder.ts'

const spec = createJobSpec({ id: 'a-job', from: 'memory:a', to: 'memory:b' })

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
