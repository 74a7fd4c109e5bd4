import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, onTestFinished, test } from 'vitest'

import { replaceFile } from './replace-file.ts'

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-replace-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('what is replaced is for its owner alone, though it was not before', async () => {
  const file = join(temporaryFolder(), 'secret.json')
  writeFileSync(file, 'before, and longer than what follows')
  chmodSync(file, 0o644)
  await replaceFile(file, 'after')
  expect(readFileSync(file, 'utf8')).toBe('after')
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('what cannot be replaced leaves nothing behind', async () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'taken', 'by'), { recursive: true })
  await expect(replaceFile(join(folder, 'taken'), 'a file')).rejects.toThrow('EISDIR')
  expect(readdirSync(folder)).toEqual(['taken'])
})

test('pieces are written as they come, and what breaks off leaves what was there', async () => {
  const folder = temporaryFolder()
  const file = join(folder, 'lines')
  const pieces = async function* (fails: boolean) {
    yield 'one\n'
    await Promise.resolve()
    if (fails) throw new TypeError('broken off')
    yield 'two\n'
  }
  await replaceFile(file, pieces(false))
  expect(readFileSync(file, 'utf8')).toBe('one\ntwo\n')
  await expect(replaceFile(file, pieces(true))).rejects.toThrow('broken off')
  expect(readFileSync(file, 'utf8')).toBe('one\ntwo\n')
  expect(readdirSync(folder)).toEqual(['lines'])
})
