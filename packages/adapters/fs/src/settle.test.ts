import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, onTestFinished, test } from 'vitest'

import { entryOf } from './entry-of.ts'
import { isLocalDisk } from './local-disk.ts'
import { settle } from './settle.ts'

function fileOf(bytes: number): number {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-settle-'))
  const descriptor = openSync(join(folder, 'file'), 'w')
  writeSync(descriptor, new Uint8Array(bytes))
  onTestFinished(() => {
    closeSync(descriptor)
    rmSync(folder, { recursive: true })
  })
  return descriptor
}

test.for([
  { durable: true, local: true },
  { durable: true, local: false },
  { durable: false, local: true },
  { durable: false, local: false },
])('a file gets its time, and tells of it: %o', async (how) => {
  const stats = await settle(fileOf(5), 1_700_000_000_123, how)
  expect(entryOf('file', stats)).toMatchObject({ path: 'file', size: 5, modified: 1_700_000_000_123 })
})

test.each([true, false])('a time before 1970 is kept, at once: %s', async (local) => {
  const stats = await settle(fileOf(5), -304_300_800_123, { durable: false, local })
  expect(entryOf('file', stats)).toMatchObject({ modified: -304_300_800_123 })
})

test('what is asked of a closed file fails, on either road', async () => {
  for (const local of [true, false]) {
    await expect(settle(2 ** 30, 0, { durable: true, local })).rejects.toMatchObject({ code: 'EBADF' })
  }
})

test.runIf(process.platform === 'linux' && existsSync('/dev/shm'))('memory is at hand', async () => {
  expect(await isLocalDisk('/dev/shm')).toBe(true)
  // Asked once.
  expect(await isLocalDisk('/dev/shm')).toBe(true)
})

test('what is of another kind, or is not there, is not', async () => {
  expect(await isLocalDisk('/proc')).toBe(false)
  expect(await isLocalDisk(join(tmpdir(), 'gantry-none'))).toBe(false)
})
