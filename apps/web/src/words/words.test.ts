import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { GantryError } from '@gantry/core'
import { expect, test } from 'vitest'

import { en } from './en.ts'
import { say, sayBytes, sayCount, sayDay, sayError } from './say.ts'

test('words are filled in, counted and formatted', () => {
  expect(say('open.reading', { done: 1200, total: 2000 })).toBe('Reading 1,200 of 2,000 files')
  expect(sayCount('series.images', 1)).toBe('1 image')
  expect(sayCount('series.images', 384)).toBe('384 images')
  expect(sayCount('shares.times', 0)).toBe('not yet')
  expect(sayCount('deidentify.counts', 1, { changed: 30, kept: 2 })).toMatch(/ 2 stay, in 1 file$/u)
  expect(sayCount('pending.text', 1, { title: 'Case', size: '1 KB' })).toBe('“Case”: 1 file, 1 KB')
  expect(sayBytes(999)).toBe('999 B')
  expect(sayBytes(222_400_000)).toBe('222 MB')
  expect(sayDay('20260131')).toBe('2026-01-31')
  expect(sayError(new GantryError('rate_limited', 'x'))).toContain('busy')
  expect(sayError(new GantryError('read_only', 'x'))).toContain('no space')
  expect(sayError(new GantryError('read_only', 'x', { cause: { reason: 'quota' } }))).toContain('quota')
  expect(sayError(new GantryError('unavailable', 'x', { cause: { reason: 'server_fault' } }))).toContain('was reached')
  const deep = new GantryError('unavailable', 'x', {
    cause: new GantryError('unavailable', 'y', { cause: { status: 503 } }),
  })
  expect(sayError(deep)).toContain('was reached')
  expect(sayError(new GantryError('invalid', 'That is no key.'))).toBe('That is no key.')
})

/** Said by code that puts the key together. */
const composed =
  /^(?:tool|pane|page|share\.state|share\.step|share\.expires|denied\.role|shape|deidentify|burned|problem|error|preset|do\.mode|download|shares|opening\.over)\./u

test('nothing is in the catalogue that nobody says', () => {
  const root = join(import.meta.dirname, '..')
  const text = globSync('**/*.{ts,tsx}', { cwd: root, exclude: ['words/en*.ts'] })
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .join('\n')
  const silent = Object.keys(en).filter((key) => {
    const stem = key.replace(/\.(?:one|other|zero)$/u, '')
    return (
      !composed.test(key) && !text.includes(`'${key}'`) && !text.includes(`"${key}"`) && !text.includes(`'${stem}'`)
    )
  })
  expect(silent).toEqual([])
})
