import { chmodSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { temporaryFolder } from '../testing/rig.ts'
import { openSigningKeys } from './signing-key-file.ts'

test('of several that make the file at once, all have the key that is kept', async () => {
  const folder = temporaryFolder()
  const file = join(folder, 'signing-keys.json')
  const opened = await Promise.all(Array.from({ length: 8 }, async () => await openSigningKeys(file, Date.now)))
  const kept = await openSigningKeys(file, Date.now)
  for (const { current } of opened) expect(current.kid).toBe(kept.current.kid)
  expect(readdirSync(folder)).toEqual(['signing-keys.json'])
})

test('it is for its owner alone, made or made anew', async () => {
  const file = join(temporaryFolder(), 'signing-keys.json')
  const keys = await openSigningKeys(file, Date.now)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  chmodSync(file, 0o644)
  const before = keys.current.kid
  await keys.rotate(1000)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const again = await openSigningKeys(file, () => 0)
  expect(again.current.kid).toBe(keys.current.kid)
  expect(again.verifying.map(({ kid }) => kid)).toEqual([keys.current.kid, before])
})

test('a write that fails leaves nothing behind, and the old keys in use', async () => {
  const folder = temporaryFolder()
  const file = join(folder, 'signing-keys.json')
  const keys = await openSigningKeys(file, Date.now)
  const before = keys.current.kid
  rmSync(file)
  mkdirSync(join(file, 'taken'), { recursive: true })
  await expect(keys.rotate(1000)).rejects.toMatchObject({ code: 'read_only' })
  expect(keys.current.kid).toBe(before)
  expect(readdirSync(folder)).toEqual(['signing-keys.json'])
})
