import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import { expect, test } from 'vitest'

import type { ScaleAnswer } from './testing/scale-process.ts'
import { temporaryFolder } from './testing/temporary-folder.ts'

const program = new URL('testing/scale-process.ts', import.meta.url).pathname
const mebibyte = 1024 * 1024

async function run(folder: string, entries: number, step: 'begin' | 'go on', how = ''): Promise<ScaleAnswer> {
  const args = ['--conditions=@gantry/source', program, folder, String(entries), step, how]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  return JSON.parse(stdout) as ScaleAnswer
}

test(
  'a job of 100,000 entries needs no more memory than one of 10,000, and goes on where it stood',
  {
    timeout: 180_000,
  },
  async () => {
    const small = await run(temporaryFolder(), 10_000, 'begin')
    const folder = temporaryFolder()
    const large = await run(folder, 100_000, 'begin')
    expect(small).toMatchObject({ phase: 'paused', lists: 1 })
    expect(large).toMatchObject({ phase: 'paused', lists: 1 })
    expect(large.done).toBeGreaterThanOrEqual(99_900)
    // What ten times the entries may add is SQLite's cache and garbage that waits to be collected.
    expect(large.memory - small.memory).toBeLessThan(100 * mebibyte)
    expect(large.memory).toBeLessThan(300 * mebibyte)

    const rest = await run(folder, 100_000, 'go on')
    expect(rest).toMatchObject({ phase: 'completed', done: 100_000, lists: 0, reads: 100_000 - large.done })
  },
)

test('a series of 10,000 entries moves as one, in the memory of single entries', { timeout: 180_000 }, async () => {
  const folder = temporaryFolder()
  const alone = await run(temporaryFolder(), 10_000, 'begin')
  const together = await run(folder, 10_000, 'begin', 'as one series')
  // There is nothing to pause between the first and the last of them.
  expect(together).toMatchObject({ phase: 'completed', done: 10_000, lists: 1, reads: 10_000, commits: 1 })
  expect(together.memory - alone.memory).toBeLessThan(100 * mebibyte)
})
