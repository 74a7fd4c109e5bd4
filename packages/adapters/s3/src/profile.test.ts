import { Store } from '@gantry/core'
import { afterEach, expect, test, vi } from 'vitest'

import { s3 } from './s3.ts'

afterEach(() => vi.unstubAllEnvs())

test('a profile that gives no credentials is named', async () => {
  vi.stubEnv('AWS_PROFILE', 'nope')
  vi.stubEnv('AWS_CONFIG_FILE', '/nowhere/config')
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere/credentials')
  const store = new Store(s3({ bucket: 'bucket', region: 'us-east-1', endpoint: 'http://127.0.0.1:9' }))
  await expect(store.stat('x')).rejects.toMatchObject({
    code: 'unauthenticated',
    message: expect.stringContaining('"nope"'),
  })
  await store.close()
})
