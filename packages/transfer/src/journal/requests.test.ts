import { expect, onTestFinished, test, vi } from 'vitest'

import { createJobSpec } from '../create-job-spec.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { jobFolder } from './job-folder.ts'
import { SqliteDatabase } from './sqlite-database.ts'

test('a request that comes while an earlier one is taken is taken after it', async () => {
  onTestFinished(() => void vi.restoreAllMocks())
  const jobs = jobFolder(temporaryFolder())
  const journal = jobs.create(createJobSpec({ id: 'a-job', from: 'memory:a', to: 'memory:b' }))
  jobs.request('a-job', 'pause')
  // Another process asks as soon as this one has looked.
  for (const looks of ['one', 'all'] as const) {
    const look = SqliteDatabase.prototype[looks]
    vi.spyOn(SqliteDatabase.prototype, looks).mockImplementation(function looked(this: SqliteDatabase, sql) {
      const rows = Reflect.apply(look, this, [sql]) as never
      if (!sql.includes('requests')) return rows
      vi.restoreAllMocks()
      jobs.request('a-job', 'cancel')
      return rows
    })
  }
  expect(await journal.takeRequest()).toBe('pause')
  expect(await journal.takeRequest()).toBe('cancel')
  expect(await journal.takeRequest()).toBeUndefined()
  await journal.close()
})
