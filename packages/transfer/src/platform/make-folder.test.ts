import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, onTestFinished, test } from 'vitest'

import { makeFolder } from './make-folder.ts'

test('a folder is made with those above it, for its owner alone, and once', () => {
  const root = mkdtempSync(join(tmpdir(), 'gantry-make-folder-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const folder = join(root, 'a', 'b', 'c')
  for (const _ of ['first', 'again']) makeFolder(folder)
  expect(statSync(join(root, 'a')).mode & 0o777).toBe(0o700)
  expect(statSync(folder).isDirectory()).toBe(true)
  writeFileSync(join(root, 'file'), '')
  expect(() => makeFolder(join(root, 'file'))).toThrow('EEXIST')
  expect(() => makeFolder(join(root, 'file', 'below'))).toThrow(/EEXIST|ENOTDIR/u)
})

test.runIf(process.platform === 'linux')('where nobody may make any, that is told', () => {
  expect(() => makeFolder('/proc/nowhere/below/this')).toThrow('ENOENT')
})
