import { realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { startS3Server } from '../s3-server/index.ts'
import { probeNamed, runProbe } from './test-rig.ts'

const { isThere, why } = probeNamed('s3')

describe.skipIf(!isThere)(`the probe of the AWS SDK${why}`, () => {
  test('passes at least what Ceph RGW passes: 53 of 55', { timeout: 300_000 }, async () => {
    await using server = await started()
    const { accessKeyId, secretAccessKey } = server.credentials
    const sdk = join(import.meta.dirname, '../../node_modules/@aws-sdk')
    const { passed, failed } = await runProbe({
      name: 's3',
      args: [server.url, accessKeyId, secretAccessKey],
      // The SDK brings its own transport, which the probe sets the times of.
      packages: { '@aws-sdk': sdk, '@smithy': join(dirname(dirname(realpathSync(join(sdk, 'client-s3')))), '@smithy') },
    })
    expect(passed + failed.length).toBe(55)
    // Those beyond the two that may fail.
    expect(failed.slice(2)).toEqual([])
  })
})

async function started() {
  const server = await startS3Server()
  return { ...server, [Symbol.asyncDispose]: async () => await server.close() }
}
