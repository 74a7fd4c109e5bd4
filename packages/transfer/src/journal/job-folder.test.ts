import { mkdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'

import { expect, onTestFinished, test } from 'vitest'

import { createJobSpec } from '../create-job-spec.ts'
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
