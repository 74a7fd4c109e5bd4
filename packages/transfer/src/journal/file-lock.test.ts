import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { GantryError } from '@gantry/core'
import { expect, onTestFinished, test } from 'vitest'

import { holdLock, isHeld } from './file-lock.ts'
import { recordsError } from './records-error.ts'

function lockFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-lock-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'a-job.job.lock')
}

test('one that is held is another process running the job', () => {
  const file = lockFile()
  const release = holdLock(file)
  expect(isHeld(file)).toBe(true)
  expect(() => holdLock(file, { patience: 0 })).toThrow(expect.objectContaining({ code: 'already_exists' }))
  release()
  expect(isHeld(file)).toBe(false)
})

test.each([
  ['a folder lies there', (file: string) => mkdirSync(file)],
  ['it is no lock', (file: string) => writeFileSync(file, 'x'.repeat(5000))],
  ['its folder is gone', (file: string) => rmSync(join(file, '..'), { recursive: true })],
])('one that cannot be taken is no other process: %s', (_, spoil) => {
  const file = lockFile()
  spoil(file)
  expect(() => holdLock(file, { patience: 0 })).toThrow(
    expect.objectContaining({ code: 'read_only', path: join(file, '..') }),
  )
  expect(isHeld(file)).toBe(false)
})

test.each([
  [{ code: 'EACCES' }, 'permission_denied', 'This user may not'],
  [{ code: 'ENOSPC' }, 'read_only', 'no space left'],
  [{ code: 'EROFS' }, 'read_only', 'nothing can be written'],
  [{ code: 'ERR_SQLITE_ERROR', errcode: 13 }, 'read_only', 'no space left'],
  [{ code: 'ERR_SQLITE_ERROR', errcode: 8 | (1 << 8) }, 'read_only', 'nothing can be written'],
  [{ code: 'ERR_SQLITE_ERROR', errcode: 10 | (3 << 8) }, 'read_only', 'check the space'],
])('what the system or SQLite says of it: %j', (fields, code, message) => {
  const error = recordsError(Object.assign(new Error('x'), fields), '/jobs')
  expect(error).toMatchObject({ code, path: '/jobs', message: expect.stringContaining(message) })
  expect(recordsError(error, '/other')).toBe(error)
  expect(error).toBeInstanceOf(GantryError)
})
