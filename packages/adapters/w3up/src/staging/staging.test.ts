import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, onTestFinished, test } from 'vitest'

import { Staging } from './staging.ts'

test('where nothing can be written, that is said', async () => {
  await expect(new Staging('/nowhere/at/all').create()).rejects.toMatchObject({
    code: 'read_only',
    message: expect.stringContaining('TMPDIR'),
  })
})

test('a staged file is read back, and has no name from the moment it is there', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'gantry-staging-'))
  onTestFinished(() => rmSync(parent, { recursive: true }))
  const file = await new Staging(parent).create()
  expect(readdirSync(parent)).toEqual([])

  await file.append([Buffer.from('one '), Buffer.from('two')])
  const read: string[] = []
  for await (const chunk of file.read(4)) read.push(Buffer.from(chunk).toString())
  expect(read).toEqual(['two'])
  await file.close()
  expect(readdirSync(parent)).toEqual([])
})
