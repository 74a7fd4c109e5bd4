import { appendFile, mkdir, rename, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { collect, type Reading } from '@gantry/core'
import { describe, expect, test } from 'vitest'

import { gather, list, read, storeAt, write } from '../testing/entries.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'

const large = Buffer.alloc(5_000_000, 1)

/** Reads on after `change`, which happens once the first chunk is there. */
async function readWhile(reading: Reading, change: () => Promise<unknown>): Promise<number> {
  let seen = 0
  for await (const chunk of reading.body) {
    if (seen === 0) await change()
    seen += chunk.length
  }
  return seen
}

describe('a file that changes while it is read', () => {
  test.each<[string, (file: string) => Promise<unknown>]>([
    ['grows', (file) => appendFile(file, 'more')],
    ['shrinks', (file) => truncate(file, 4_000_000)],
    ['is emptied', (file) => truncate(file, 0)],
    ['is written over in place', (file) => writeFile(file, Buffer.alloc(large.length, 2), { flag: 'r+' })],
    ['gets another time', (file) => utimes(file, new Date(), new Date(1e12))],
  ])('fails the read: it %s', async (_name, change) => {
    const root = await temporaryFolder()
    const file = join(root, 'entry')
    await writeFile(file, large)
    const reading = await storeAt(root).read('entry')
    await expect(readWhile(reading, () => change(file))).rejects.toMatchObject({ code: 'precondition_failed' })
  })

  test('in a range of it', async () => {
    const root = await temporaryFolder()
    const file = join(root, 'entry')
    await writeFile(file, large)
    const reading = await storeAt(root).read('entry', { start: 0, end: 3_000_000 })
    const call = readWhile(reading, () => appendFile(file, 'more'))
    await expect(call).rejects.toMatchObject({ code: 'precondition_failed' })
  })

  test('may be replaced or removed: what was opened is read to its end', async () => {
    const root = await temporaryFolder()
    const store = storeAt(root)
    await writeFile(join(root, 'entry'), large)
    const replaced = await store.read('entry')
    expect(await readWhile(replaced, () => write(store, 'entry', 'new'))).toBe(large.length)
    await writeFile(join(root, 'entry'), large)
    const removed = await store.read('entry')
    expect(await readWhile(removed, () => store.remove('entry'))).toBe(large.length)
  })

  test('and grew since it was listed', async () => {
    const root = await temporaryFolder()
    const store = storeAt(root)
    await writeFile(join(root, 'entry'), 'short')
    const [listed] = await gather(store.list())
    await appendFile(join(root, 'entry'), 'er')
    await expect(store.read(listed ?? 'nothing')).rejects.toMatchObject({ code: 'precondition_failed', path: 'entry' })
  })
})

describe('a folder that vanishes', () => {
  test('is made again by the next write', async () => {
    const root = join(await temporaryFolder(), 'root')
    const store = storeAt(root)
    await write(store, 'a/b/one', 'x')
    await rm(root, { recursive: true })
    await write(store, 'a/b/two', 'y')
    expect((await list(store)).paths).toEqual(['a/b/two'])
  })

  test('below the store ends its own list, and no other', async () => {
    const root = await temporaryFolder()
    const store = storeAt(root)
    for (const path of ['a/one', 'b/two', 'c/three']) await write(store, path, 'x')
    const seen: string[] = []
    for await (const { path } of store.list()) {
      seen.push(path)
      await rm(join(root, 'b'), { recursive: true, force: true })
    }
    expect(seen).toEqual(['a/one', 'c/three'])
    expect((await list(store, 'b')).paths).toEqual([])
    await expect(store.read('b/two')).rejects.toMatchObject({ code: 'not_found' })
  })

  test('that is the store itself is an error', async () => {
    const root = join(await temporaryFolder(), 'root')
    const store = storeAt(root)
    await write(store, 'a/one', 'x')
    await rm(root, { recursive: true })
    await expect(list(store)).rejects.toMatchObject({ code: 'not_found' })
    await expect(store.stat('a/one')).rejects.toMatchObject({ code: 'not_found' })
    await expect(read(store, 'a/one')).rejects.toMatchObject({ code: 'not_found' })
  })

  test('and comes back as a file is no folder', async () => {
    const root = await temporaryFolder()
    const store = storeAt(root)
    await write(store, 'a/one', 'x')
    await rename(join(root, 'a'), join(root, 'b'))
    await writeFile(join(root, 'a'), 'a file')
    await expect(read(store, 'a/one')).rejects.toMatchObject({ code: 'not_found' })
    expect(await read(store, 'a')).toBe('a file')
    expect((await list(store, 'a')).paths).toEqual(['a'])
    await expect(write(store, 'a/one', 'x')).rejects.toMatchObject({ code: 'invalid' })
  })
})

test('a folder is no entry, and stays when it is removed as one', async () => {
  const root = await temporaryFolder()
  const store = storeAt(root)
  await mkdir(join(root, 'folder'))
  await store.remove('folder')
  expect((await stat(join(root, 'folder'))).isDirectory()).toBe(true)
  await expect(write(store, 'folder', 'x')).rejects.toMatchObject({ code: 'invalid' })
  const { body } = await storeAt(root).read(await write(store, 'folder/entry', 'x'))
  expect(await collect(body)).toHaveLength(1)
})
