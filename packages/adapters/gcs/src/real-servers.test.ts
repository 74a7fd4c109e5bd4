import { randomUUID } from 'node:crypto'

import { realGcsServers } from '@gantry-tooling/servers/vitest'
import { describeStore } from '@gantry/testkit'
import { test } from 'vitest'

import { gcs } from './index.ts'
import type { GcsOptions } from './options.ts'

// fake-gcs-server has no uploads of the XML API, and rewrites into the bucket's class whatever is said.
const lacks = { uploadsInParts: false, storageClasses: [] }

for (const server of await realGcsServers()) {
  if (server.unavailable !== undefined) {
    test.skip(`on ${server.title}`, () => {})
    continue
  }
  const { endpoint } = server
  const bucket = `gantry-${randomUUID()}`
  const created = await fetch(`${endpoint}/storage/v1/b?project=test`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: bucket }),
  })
  if (!created.ok) throw new Error(`No bucket could be made: ${created.status}`)
  let opened = 0
  describeStore({
    name: server.title,
    open: async () => {
      opened += 1
      const options: GcsOptions = { bucket, prefix: `run ${opened}/ü`, endpoint, environment: {}, ...lacks }
      return {
        driver: gcs(options),
        reopen: async () => gcs(options),
        openMissing: async () => gcs({ ...options, bucket: 'no-such-bucket' }),
      }
    },
    skip: { 'keeps keys with control characters apart and as they are': 'GCS takes no names with line breaks' },
  })
}
