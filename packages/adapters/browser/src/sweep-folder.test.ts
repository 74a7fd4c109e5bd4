import { Store, bytesOf } from '@gantry/core'
import { expect, test, vi } from 'vitest'

import { browser, sweepFolder } from './index.ts'
import { MemoryFolder } from './testing/memory-folder.ts'

test('what was written before a time goes, with folders that hold nothing else', async () => {
  const root = new MemoryFolder()
  const store = new Store(browser({ root }))
  const write = async (path: string) => await store.write({ path, size: 1 }, bytesOf(new Uint8Array(1)))
  const now = Date.now()
  const clock = vi.spyOn(Date, 'now').mockReturnValue(now - 1000)
  for (const path of ['a.zip', 'old/a.dcm', 'both/old.dcm']) await write(path)
  clock.mockReturnValue(now)
  for (const path of ['b.zip', 'both/new.dcm']) await write(path)
  clock.mockRestore()
  await root.getDirectoryHandle('empty', { create: true })

  expect(await sweepFolder(root, now)).toBe(true)
  const paths: string[] = []
  for await (const { path } of store.list()) paths.push(path)
  expect(paths.toSorted()).toEqual(['b.zip', 'both/new.dcm'])
  expect(root.children.has('old') || root.children.has('empty')).toBe(false)
  expect(await sweepFolder(root, Infinity)).toBe(false)
  expect(root.children.size).toBe(0)
})
