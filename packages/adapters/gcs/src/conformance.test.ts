import { writeFile } from 'node:fs/promises'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describeStore, type StoreHarness } from '@gantry/testkit'
import { startGcsServer } from '@gantry/testkit/gcs-server'
import { afterAll } from 'vitest'

import { gcs } from './index.ts'
import type { GcsOptions } from './options.ts'

const tokens = ['good', { token: 'denied', permissions: [] }]
const server = await startGcsServer({ buckets: ['gantry', { name: 'retaining', objectRetention: true }], tokens })
const folder = mkdtempSync(join(tmpdir(), 'gantry-gcs-'))
const keyFile = join(folder, 'key.json')
await writeFile(keyFile, JSON.stringify(await server.serviceAccountKey()), { mode: 0o600 })
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await server.close()
})

let opened = 0

function harness(more: Partial<GcsOptions> = {}): StoreHarness {
  opened += 1
  const options: GcsOptions = {
    bucket: 'gantry',
    prefix: `run ${opened}/ü%2F?`,
    endpoint: server.url,
    token: 'good',
    keyFile,
    environment: {},
    ...more,
  }
  return {
    driver: gcs(options),
    // The server is in this process, with all that it holds.
    inMemory: true,
    reopen: async () => gcs(options),
    openMissing: async () => gcs({ ...options, bucket: 'no-such-bucket' }),
    openDenied: async () => gcs({ ...options, token: 'denied' }),
    openUnauthenticated: async () => gcs({ ...options, token: 'bad' }),
  }
}

const skip = { 'keeps keys with control characters apart and as they are': 'GCS takes no names with line breaks' }

describeStore({ name: 'gcs', open: async () => harness(), skip })

// Everything that is optional, and bodies that go chunk by chunk.
describeStore({
  name: 'gcs with retention, and small chunks',
  open: async () => harness({ bucket: 'retaining', retention: 'unlocked', chunkSize: 256 * 1024 }),
  skip,
})
