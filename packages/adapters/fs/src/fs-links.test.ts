import { execFileSync } from 'node:child_process'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'

import { describe, expect, onTestFinished, test } from 'vitest'

import { filesBelow, gather, list, read, storeAt, write } from '../testing/entries.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'

/** `root`, with links that stay within and links that lead out; beside it, what must not be touched. */
async function linked(): Promise<{ root: string; outside: string }> {
  const place = await temporaryFolder()
  const root = join(place, 'root')
  const outside = join(place, 'root-outside')
  await mkdir(join(root, 'folder'), { recursive: true })
  await mkdir(outside)
  await writeFile(join(outside, 'secret'), 'secret')
  await writeFile(join(root, 'folder/entry'), 'entry')
  await symlink('folder/entry', join(root, 'link-within'))
  await symlink('folder', join(root, 'link-folder'))
  await symlink(join(outside, 'secret'), join(root, 'link-out'))
  await symlink('../root-outside', join(root, 'link-folder-out'))
  await symlink('nothing', join(root, 'link-nowhere'))
  return { root, outside }
}

describe('a folder that cannot be', () => {
  test('below a link that leads nowhere, as of a disk that is not mounted, is refused', async () => {
    const place = await temporaryFolder()
    await symlink(join(place, 'not-mounted/disk'), join(place, 'backup'))
    const below = write(storeAt(join(place, 'backup/2026/images')), 'a', 'a')
    await expect(below).rejects.toMatchObject({ code: 'not_found', message: expect.stringMatching(/link/u) })
    await expect(write(storeAt(join(place, 'backup')), 'a', 'a')).rejects.toMatchObject({ code: 'not_found' })
  })

  test('below a file, or where the system makes none, is refused', async () => {
    const place = await temporaryFolder()
    await writeFile(join(place, 'file'), 'a file')
    const below = write(storeAt(join(place, 'file/images')), 'a', 'a')
    await expect(below).rejects.toMatchObject({ code: 'not_found', message: expect.stringMatching(/file/u) })
    await expect(write(storeAt('/proc/images'), 'a', 'a')).rejects.toMatchObject({ code: 'not_found' })
    expect(await readFile(join(place, 'file'), 'utf8')).toBe('a file')
  })
})

describe('symbolic links', () => {
  test('within the folder are followed', async () => {
    const { root } = await linked()
    const store = storeAt(root)
    expect(await read(store, 'link-within')).toBe('entry')
    expect((await store.stat('link-within')).size).toBe(5)
    expect(await read(store, 'link-folder/entry')).toBe('entry')
    expect((await list(store)).paths).toEqual(['folder/entry', 'link-folder/entry', 'link-within'])
  })

  test('that lead out or nowhere are told, and not followed', async () => {
    const { root } = await linked()
    const store = storeAt(root)
    expect((await list(store)).refused).toEqual(['./link-folder-out', './link-nowhere', './link-out'])
    const why = new Map<string, string>()
    await gather(store.list({}, { onRefused: (name, { message }) => void why.set(name, message) }))
    expect(why.get('./link-out')).toContain('leads out of the folder')
    expect(why.get('./link-nowhere')).toContain('leads nowhere')
    for (const path of ['link-out', 'link-folder-out/secret']) {
      await expect(store.stat(path)).rejects.toMatchObject({ code: 'permission_denied', path })
      await expect(store.read(path)).rejects.toMatchObject({ code: 'permission_denied', path })
    }
    await expect(list(store, 'link-folder-out')).rejects.toMatchObject({ code: 'permission_denied' })
  })

  test('lead no write, upload or removal out of the folder', async () => {
    const { root, outside } = await linked()
    const store = storeAt(root)
    const denied = { code: 'permission_denied' }
    await expect(write(store, 'link-folder-out/new', 'x')).rejects.toMatchObject(denied)
    await expect(write(store, 'link-folder-out/deep/new', 'x')).rejects.toMatchObject(denied)
    await expect(store.uploads?.begin({ path: 'link-folder-out/new' })).rejects.toMatchObject(denied)
    await expect(store.remove('link-folder-out/secret')).rejects.toMatchObject(denied)
    // A link that is written to is replaced; what it led to stays.
    await write(store, 'link-out', 'mine')
    expect(await read(store, 'link-out')).toBe('mine')
    await store.remove('link-out')
    expect(await filesBelow(outside)).toEqual(['secret'])
    expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('secret')
  })

  test('are all followed where that is asked for', async () => {
    const { root } = await linked()
    const store = storeAt(root, { links: 'follow' })
    expect(await read(store, 'link-out')).toBe('secret')
    expect((await list(store)).paths).toEqual([
      'folder/entry',
      'link-folder-out/secret',
      'link-folder/entry',
      'link-out',
      'link-within',
    ])
  })

  test('that lead round and round end', async () => {
    const root = await temporaryFolder()
    await mkdir(join(root, 'a/b'), { recursive: true })
    await mkdir(join(root, 'c'))
    await writeFile(join(root, 'a/b/entry'), 'x')
    await symlink('..', join(root, 'a/b/up'))
    await symlink('../../c', join(root, 'a/b/across'))
    await symlink('../a', join(root, 'c/back'))
    await symlink('self', join(root, 'self'))
    const { paths, refused } = await list(storeAt(root))
    expect(paths).toEqual(['a/b/entry', 'c/back/b/entry'])
    expect(refused).toEqual(['./a/b/across/back', './a/b/up', './c/back/b/across', './c/back/b/up', './self'])
  })

  test('may stand for the folder itself', async () => {
    const { root } = await linked()
    await symlink(root, `${root}-link`)
    const store = storeAt(`${root}-link`)
    expect(await read(store, 'folder/entry')).toBe('entry')
    expect((await list(store)).paths).toContain('folder/entry')
    await write(store, 'folder/new', 'new')
    expect(await readFile(join(root, 'folder/new'), 'utf8')).toBe('new')
  })
})

describe.skipIf(process.platform === 'win32')('files that are no entries', () => {
  test('are told, and hang nothing', async () => {
    const root = await temporaryFolder()
    execFileSync('mkfifo', [join(root, 'pipe')])
    const server = createServer().listen(join(root, 'socket'))
    onTestFinished(() => void server.close())
    await new Promise((resolve) => server.once('listening', resolve))
    await symlink('pipe', join(root, 'link-to-pipe'))
    const store = storeAt(root)
    await write(store, 'entry', 'x')
    expect(await list(store)).toEqual({ paths: ['entry'], refused: ['./link-to-pipe', './pipe', './socket'] })
    for (const path of ['pipe', 'socket', 'link-to-pipe']) {
      await expect(store.stat(path)).rejects.toMatchObject({ code: 'not_found' })
      await expect(store.read(path)).rejects.toMatchObject({ code: 'not_found' })
    }
  })
})
