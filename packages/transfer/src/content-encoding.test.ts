import { bytesOf, Store } from '@gantry/core'
import { s3 } from '@gantry/s3'
import { startS3Server } from '@gantry/testkit/s3-server'
import { afterAll, expect, test } from 'vitest'

import { createJobSpec } from './create-job-spec.ts'
import { memoryJournal } from './journal/memory-journal.ts'
import { openJob } from './open-job.ts'

const server = await startS3Server({ buckets: ['gantry'] })
afterAll(async () => await server.close())

const mebibyte = 1024 * 1024

test.for([
  ['in one piece', 1],
  ['in parts', 20],
] as const)('what goes %s stays encoded as it was', async ([, mebibytes]) => {
  const { url: endpoint, region, credentials } = server
  const open = (prefix: string) => new Store(s3({ endpoint, region, credentials, bucket: 'gantry', prefix }))
  const [from, to] = [open(`from-${mebibytes}`), open(`to-${mebibytes}`)]
  const size = mebibytes * mebibyte
  await from.write({ path: 'metadata.json', size, contentEncoding: 'gzip' }, bytesOf(new Uint8Array(size)))
  const before = server.requests.UploadPart ?? 0
  const journal = memoryJournal(createJobSpec({ from: from.url, to: to.url }))
  expect(await (await openJob({ from, to, journal })).run()).toMatchObject({ phase: 'completed' })
  expect((server.requests.UploadPart ?? 0) > before).toBe(mebibytes > 16)
  expect(await to.stat('metadata.json')).toMatchObject({ size, contentEncoding: 'gzip' })
})
