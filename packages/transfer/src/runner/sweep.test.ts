import { expect, test } from 'vitest'

import { bytesOf, Store } from '@gantry/core'
import { withCalls } from '@gantry/core/driver'
import { memory } from '@gantry/memory'

import { createJobSpec } from '../create-job-spec.ts'
import { memoryJournal } from '../journal/memory-journal.ts'
import { all } from '../testing/all.ts'
import { sweepCrashed } from './sweep.ts'
import { Watchdog } from './watchdog.ts'

const hour = 3_600_000

/** A journal of a job that was killed while it sent one entry, and did not come to write down that it began its upload. */
function killedJournal(target: string) {
  const journal = memoryJournal({ ...createJobSpec({ from: 'memory:a', to: 'memory:b' }), created: Date.now() - hour })
  return withCalls(journal, {
    async *crashed() {
      yield { target, upload: undefined }
    },
    crashedAt: async () => Date.now() + hour,
  })
}

test('of uploads to an entry that was in flight, the one without parts goes, and the one that another job fills stays', async () => {
  const to = new Store(memory())
  const { uploads } = to
  if (uploads === undefined) throw new Error('No uploads.')
  const theirs = await uploads.begin({ path: 'movie.dcm', size: 5 })
  await uploads.putPart(theirs, { number: 1, offset: 0, size: 5 }, bytesOf(Buffer.from('bytes')))
  await uploads.begin({ path: 'movie.dcm', size: 5 })
  const options = { since: Date.now() + hour, watchdog: new Watchdog(), signal: new AbortController().signal }
  expect(await sweepCrashed(to, killedJournal('movie.dcm'), options)).toBeUndefined()
  expect((await all(uploads.unfinished())).map(({ id }) => id)).toEqual([theirs.id])
})
