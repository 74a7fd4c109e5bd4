import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { describe, expect, test } from 'vitest'

import { closeServersAfterEach, startServer } from './test-rig.ts'

closeServersAfterEach()

const root = join(import.meta.dirname, '../../../..')
const probe = join(root, '../shared/probes/gcs.mjs')
const isThere = existsSync(probe)
const why = isThere ? '' : ' [../shared/probes is not there]'

/** What the double cannot pass, and what that would need. */
const beyond: Readonly<Record<string, string>> = {
  'getFiles prefix+delimiter+pages': 'a library whose maxResults is the length of a page, and not of the whole list',
  'TransferManager.uploadFileInChunks (XML MPU)':
    'a library that does not ask https://bucket.host, whatever apiEndpoint',
}

describe.skipIf(!isThere)(`the probe of Google’s library${why}`, () => {
  test('passes all that a library can ask of an endpoint of its own', { timeout: 300_000 }, async () => {
    const server = await startServer()
    const folder = await mkdtemp(join(tmpdir(), 'gantry-gcs-probe-'))
    try {
      // Its imports are found from where it lies.
      await cp(probe, join(folder, 'probe.mjs'))
      await symlink(join(root, 'packages/testkit/node_modules'), join(folder, 'node_modules'))
      const failed = await failuresOf(folder, server.url)
      expect(failed.filter((line) => !Object.keys(beyond).some((name) => line.startsWith(`${name} |`)))).toEqual([])
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})

/** Up to where the probe begins to measure speed, which is no question of right or wrong. */
async function failuresOf(folder: string, url: string): Promise<readonly string[]> {
  const environment = { ...process.env, TMPDIR: folder, GCE_METADATA_HOST: '127.0.0.1:9', NO_GCE_CHECK: 'true' }
  const child = spawn(process.execPath, ['probe.mjs', url], {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const failed: string[] = []
  let passed = 0
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.includes('| FAIL |')) failed.push(line)
      else if (line.includes('| ok |')) passed += 1
      if (line.startsWith('metadata patch')) break
    }
  } finally {
    child.kill('SIGKILL')
  }
  expect(passed + failed.length).toBe(27)
  return failed
}
