import { pathToFileURL } from 'node:url'
import { join } from 'node:path'

import { openStore } from '@gantry/core'
import { expect, test } from 'vitest'

import { list, read, write } from '../testing/entries.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { fs } from './fs.ts'
import { fsAdapter } from './fs-adapter.ts'
import type { FsOptions } from './fs-options.ts'

test('a file: URL opens a folder, which the first write makes', async () => {
  const folder = join(await temporaryFolder(), 'with space/é%')
  const store = await openStore(pathToFileURL(folder).href, [fsAdapter])
  await expect(list(store)).rejects.toMatchObject({ code: 'not_found' })
  await write(store, 'entry', 'x')
  expect(await read(store, 'entry')).toBe('x')
  expect((await list(store)).paths).toEqual(['entry'])
})

test('options are checked', async () => {
  const url = pathToFileURL(await temporaryFolder()).href
  await expect(openStore(url, [fsAdapter], { durability: 'cache', links: 'follow' })).resolves.toBeDefined()
  await expect(openStore(url, [fsAdapter], { durability: 'perhaps' })).rejects.toMatchObject({ code: 'invalid' })
  await expect(openStore(url, [fsAdapter], { other: 1 })).rejects.toMatchObject({ code: 'invalid' })
})

test.each(['file://host/folder', 'file:///a%2Fb', 'file:relative%00'])('%s is refused', async (url) => {
  await expect(openStore(url, [fsAdapter])).rejects.toMatchObject({ code: 'invalid' })
})

test.each([
  undefined,
  {},
  { root: '' },
  { root: '/data', durability: 'disc' },
  { root: '/data', links: 'all' },
  { root: '/data', durable: true },
])('a folder store is not made of %j', (options) => {
  expect(() => fs(options as FsOptions)).toThrow(expect.objectContaining({ code: 'invalid' }))
})
