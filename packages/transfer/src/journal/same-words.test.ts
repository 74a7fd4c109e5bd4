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
