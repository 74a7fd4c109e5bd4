import { Store } from '@gantry/core'
import { s3 } from '@gantry/s3'
import { startS3Server } from '@gantry/testkit/s3-server'
import { expect, onTestFinished, test } from 'vitest'

import { createJobSpec } from './create-job-spec.ts'
import { memoryJournal } from './journal/memory-journal.ts'
import { openJob } from './open-job.ts'
import { contentsOf, fill, namesOf } from './testing/contents.ts'
import { few, side } from './testing/rig.ts'

test('entries for parts go by one PUT each where the service turns out to take none', async () => {
  const server = await startS3Server({ buckets: ['gantry'] })
  const { url: endpoint, region, credentials } = server
  const to = new Store(s3({ bucket: 'gantry', endpoint, region, credentials }))
  const journal = memoryJournal(createJobSpec({ from: 'memory:a', to: 's3:b', concurrency: 1 }))
  onTestFinished(async () => {
    await journal.close()
    await to.close()
    await server.close()
  })
  const refused = server.fault({
    operation: 'CreateMultipartUpload',
    times: Infinity,
    does: { kind: 'answer', status: 501, code: 'NotImplemented' },
  })
  // By the first the service shows that it knows checksums.
  const entries = new Map([['.short', new Uint8Array(10)], ...few(2, 17 * 1024 * 1024)])
  const from = side()
  await fill(from.direct, entries)
  const retryTiming = { base: 1, longest: 5 }
  const { phase, unverified, progress } = await (await openJob({ from: from.store, to, journal, retryTiming })).run()
  expect({ phase, unverified }).toEqual({ phase: 'completed', unverified: 0 })
  expect(progress).toMatchObject({ done: { entries: 3 }, retries: 1 })
  expect(await contentsOf(to)).toEqual(namesOf(entries))
  expect(refused.hits).toBe(1)
})
