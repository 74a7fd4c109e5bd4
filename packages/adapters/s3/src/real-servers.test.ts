import { type RealS3Server, realS3ServersAndOld } from '@gantry-tooling/servers/vitest'
import { describeStore } from '@gantry/testkit'
import { afterAll, expect, test } from 'vitest'

import { s3 } from './index.ts'
import { createBucket } from './test-rig.ts'

const passedOver = { 'keeps the time that is given, to the millisecond': 'S3 lists its own time; see entries.test.ts' }

/** With the old Ceph this alone takes longer than all the rest. */
const slowWithOld: Readonly<Record<string, string>> =
  process.env['GANTRY_TEST_EXTRA'] === undefined ? { 'lists 2,500 entries, each once': 'among the extra tests' } : {}

const servers = await realS3ServersAndOld()
for (const server of servers) await describeReal(server)

test.for(servers.filter(({ unavailable }) => unavailable !== undefined))('s3 on $title', (server, { skip }) => {
  expect(server.unavailable).toBeDefined()
  skip(server.unavailable)
})

async function describeReal(server: RealS3Server): Promise<void> {
  if (server.unavailable !== undefined) return
  const bucket = await createBucket(server)
  const { options } = bucket
  afterAll(async () => await bucket.remove())
  let opened = 0
  // Old servers pass over conditions in silence: whoever uses them has to say so.
  const conditional = server.features.flexibleChecksums
  describeStore({
    name: `s3 on ${server.name}`,
    async open() {
      opened += 1
      const mine = { ...options, prefix: `run-${opened}/deep`, conditional }
      return {
        driver: s3(mine),
        reopen: async () => s3(mine),
        openMissing: async () => s3({ ...mine, bucket: `${options.bucket}-not` }),
        openDenied: async () => s3({ ...mine, credentials: 'anonymous' }),
        openUnauthenticated: async () =>
          s3({ ...mine, credentials: { accessKeyId: server.accessKey, secretAccessKey: 'wrong' } }),
      }
    },
    skip: { ...passedOver, ...(conditional ? {} : slowWithOld) },
  })
}
