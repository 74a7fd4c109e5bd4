import { readdirSync } from 'node:fs'

import { expect, test } from 'vitest'

import { createJobSpec } from '../create-job-spec.ts'
import { all } from '../testing/all.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { jobFolder } from './job-folder.ts'

function spec(id: string) {
  return createJobSpec({ id, from: 'memory:a', to: 'memory:b' })
}

test('a folder of jobs finds those of the same words that are not over, or left something, without opening others', async () => {
  const folder = temporaryFolder()
  const jobs = jobFolder(folder)
  const over = { type: 'phase', phase: 'completed' } as const
  const ids = async () => (await all(jobs.like(spec('asked')))).map(({ id }) => id)
  await jobs.create({ ...spec('older'), created: 1 }).close()
  await jobs.create({ ...spec('newer'), created: 2, concurrency: 3 }).close()
  await jobs.create({ ...spec('others'), to: 'memory:elsewhere' }).close()
  expect(await ids()).toEqual(['newer', 'older'])

  const newer = jobs.open('newer')
  await newer.record(over)
  expect(await ids()).toEqual(['newer', 'older'])
  await newer.close()
  await newer.close()
  const older = jobs.open('older')
  await older.record({ type: 'saved', parcel: 'one', saved: 'state' })
  await older.record(over)
  await older.close()
  expect(await ids()).toEqual(['older'])
  expect((await all(jobs.list())).map(({ id }) => id)).toContain('newer')

  // One that is opened again, to try again what failed, is found from then on.
  const again = jobs.open('newer')
  await again.record({ type: 'phase', phase: 'running' })
  await again.close()
  expect(await ids()).toEqual(['newer', 'older'])
  for (const id of ['older', 'newer', 'others']) jobs.forget(id)
  expect(readdirSync(folder)).toEqual([])
})

test('a job that retains what it writes is none of the same words as one that does not, or not for as long', async () => {
  const jobs = jobFolder(temporaryFolder())
  const [day, year] = [24 * 60 * 60 * 1000, 365 * 24 * 60 * 60 * 1000]
  const now = 1_700_000_000_000
  const made = (id: string, created: number, retainUntil?: number) =>
    createJobSpec({ ...spec(id), created, ...(retainUntil !== undefined && { retainUntil }) })
  for (const job of [
    made('none', now),
    made('seven', now, now + 7 * year),
    made('later', now + 30 * day, now + 30 * day + 7 * year + 2 * day),
    made('ten-years', now, now + 10 * year),
  ]) {
    await jobs.create(job).close()
  }
  const ids = async (asked: ReturnType<typeof made>) => (await all(jobs.like(asked))).map(({ id }) => id)
  expect(await ids(made('asked', now + day))).toEqual(['none'])
  expect(await ids(made('asked', now + day, now + day + 7 * year))).toEqual(['later', 'seven'])
  expect(await ids(made('asked', now + 400 * day, now + 10 * year + 1000))).toEqual(['ten-years'])
  expect(await ids(made('asked', now, now + year))).toEqual([])
})

test('a job that this process has open is said to run here, and not elsewhere', async () => {
  const jobs = jobFolder(temporaryFolder())
  const journal = jobs.create(spec('twice'))
  const running = expect.objectContaining({ code: 'already_exists', message: 'This job is running already.' })
  expect(() => jobs.open('twice')).toThrow(running)
  expect(() => jobs.forget('twice')).toThrow(running)
  await journal.close()
  await jobs.open('twice').close()
})
