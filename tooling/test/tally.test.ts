import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

test('counts tests, names the skipped and the failed ones with their reasons, and ends with the closing line', async () => {
  const report = promisify(execFile)(process.execPath, [join(import.meta.dirname, 'fixtures/report.ts')])
  // A failing test makes it exit with 1.
  const { stdout } = await report.catch((failed: { stdout: string }) => failed)
  expect(stdout.trim().split('\n')).toEqual([
    'mixed.fixture.ts > leaves itself out: the moon is not full',
    'mixed.fixture.ts > a server [needs root] (2 tests)',
    'broken.fixture.ts: this file breaks before its tests are known',
    'mixed.fixture.ts > does not hold: expected 1 to be 2 // Object.is equality',
    '1 passed, 2 failed, 3 skipped',
  ])
})
