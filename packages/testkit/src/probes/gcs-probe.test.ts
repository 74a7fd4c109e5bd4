import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { closeServersAfterEach, startServer } from '../gcs-server/test-rig.ts'
import { probeNamed, runProbe } from './test-rig.ts'

closeServersAfterEach()

const { isThere, why } = probeNamed('gcs')

/** What the double cannot pass, and what that would need. */
const beyond: Readonly<Record<string, string>> = {
  'getFiles prefix+delimiter+pages': 'a library whose maxResults is the length of a page, and not of the whole list',
  'TransferManager.uploadFileInChunks (XML MPU)':
    'a library that does not ask https://bucket.host, whatever apiEndpoint',
}

describe.skipIf(!isThere)(`the probe of Google’s library${why}`, () => {
  test('passes all that a library can ask of an endpoint of its own', { timeout: 300_000 }, async () => {
    const server = await startServer()
    const { passed, failed } = await runProbe({
      name: 'gcs',
      args: [server.url],
      packages: { '@google-cloud': join(import.meta.dirname, '../../node_modules/@google-cloud') },
      env: { GCE_METADATA_HOST: '127.0.0.1:9', NO_GCE_CHECK: 'true' },
      // There it begins to measure speed, which is no question of right or wrong.
      until: 'metadata patch',
    })
    expect(passed + failed.length).toBe(27)
    expect(failed.filter((line) => !Object.keys(beyond).some((name) => line.startsWith(`${name} |`)))).toEqual([])
  })
})
