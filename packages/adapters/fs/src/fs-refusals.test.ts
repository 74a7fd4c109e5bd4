import { execFileSync } from 'node:child_process'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { bytesOf, type Selection } from '@gantry/core'
import { describe, expect, test } from 'vitest'

import { outputOf, startChild } from '../testing/child.ts'
import { filesBelow, list, read, storeAt, uploadsOf, write } from '../testing/entries.ts'
import { canMount, isRoot, smallDisk } from '../testing/small-disk.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'

const nobody = 65_534

describe.skipIf(!canMount)('a disk of its own (needs root, to mount one)', () => {
  test('that is full refuses with read_only, and keeps no part of what did not fit', async () => {
    const root = await smallDisk(1_048_576)
    const store = storeAt(root)
    await write(store, 'small', 'x')
    const large = Buffer.alloc(300_000)
    const body = () => bytesOf(...Array.from({ length: 10 }, () => large))
    const refused = { code: 'read_only', retryable: false }
    await expect(store.write({ path: 'large', size: 3_000_000 }, body())).rejects.toMatchObject(refused)
    await expect(store.write({ path: 'small', size: 3_000_000 }, body())).rejects.toMatchObject(refused)
    expect(await filesBelow(root)).toEqual(['small'])
    expect(await read(store, 'small')).toBe('x')

    const uploads = uploadsOf(store)
    const upload = await uploads.begin({ path: 'large', size: 3_000_000 })
    const part = { number: 1, offset: 0, size: 3_000_000 }
    await expect(uploads.putPart(upload, part, body())).rejects.toMatchObject(refused)
    expect(await uploads.listParts(upload)).toEqual([])
    await uploads.abort(upload)
    await store.write({ path: 'fits', size: 600_000 }, bytesOf(large, large))
    expect((await list(store)).paths).toEqual(['fits', 'small'])
  })

  test('that is mounted read-only can be read, and takes nothing', async () => {
    const root = await smallDisk(1_048_576)
    const store = storeAt(root)
    await write(store, 'folder/entry', 'x')
    execFileSync('mount', ['-o', 'remount,ro', root])
    const refused = { code: 'read_only' }
    await expect(write(store, 'new', 'x')).rejects.toMatchObject(refused)
    await expect(write(store, 'new-folder/new', 'x')).rejects.toMatchObject(refused)
    await expect(write(storeAt(join(root, 'new/root')), 'new', 'x')).rejects.toMatchObject(refused)
    await expect(store.uploads?.begin({ path: 'new' })).rejects.toMatchObject(refused)
    await expect(store.remove('folder/entry')).rejects.toMatchObject(refused)
    expect(await read(store, 'folder/entry')).toBe('x')
    expect((await list(store)).paths).toEqual(['folder/entry'])
  })
})

/** Root may do anything: then someone else must try. */
async function codesOfNobody(root: string): Promise<unknown> {
  return JSON.parse(await outputOf(startChild('try-all.ts', { root }, isRoot ? nobody : undefined)))
}

async function readableByNobody(): Promise<boolean> {
  if (!isRoot) return true
  try {
    await outputOf(startChild('try-all.ts', { root: '/nowhere' }, nobody))
    return true
  } catch {
    return false
  }
}

const canTry = process.platform !== 'win32' && (await readableByNobody())

describe.skipIf(!canTry)('who may not (needs a checkout that user nobody can read, or not to be root)', () => {
  test('open a folder hears permission_denied', async () => {
    const root = join(await temporaryFolder(), 'root')
    await mkdir(root)
    await writeFile(join(root, 'entry'), 'x')
    await chmod(root, 0)
    expect(await codesOfNobody(root)).toEqual({
      list: 'permission_denied',
      stat: 'permission_denied',
      read: 'permission_denied',
      write: 'permission_denied',
      begin: 'permission_denied',
      remove: 'permission_denied',
    })
    await chmod(root, 0o700)
  })

  test('open one folder of many is told of it, and of the rest; what is left out is not looked into', async () => {
    const root = await temporaryFolder()
    await chmod(root, 0o755)
    for (const folder of ['a', 'lost+found', 'names', 'z']) {
      await mkdir(join(root, folder))
      await writeFile(join(root, folder, 'entry'), 'x')
    }
    await chmod(join(root, 'lost+found'), 0o700)
    // Its names may be read, and nothing else of it.
    await chmod(join(root, 'names'), 0o744)
    const listed = async (selection: Selection) =>
      JSON.parse(await outputOf(startChild('list-all.ts', { root, selection }, isRoot ? nobody : undefined))) as unknown
    const rest = { 'a/entry': 'entry', './names/entry': 'permission_denied', 'z/entry': 'entry' }
    if (!isRoot) await chmod(join(root, 'lost+found'), 0)
    expect(await listed({})).toEqual({ ...rest, './lost+found/': 'permission_denied' })
    expect(await listed({ exclude: ['lost+found/**'] })).toEqual(rest)
    expect(await listed({ exclude: ['lost+found'] })).toEqual(rest)
    expect(await listed({ include: ['z/*'] })).toEqual({ 'z/entry': 'entry' })
    expect(await listed({ exclude: ['names/entry'], include: ['*.dcm'] })).toEqual({
      './lost+found/': 'permission_denied',
    })
    await chmod(join(root, 'lost+found'), 0o700)
  })

  test('write to a folder can read it', async () => {
    const place = await temporaryFolder()
    await chmod(place, 0o755)
    const root = join(place, 'root')
    await mkdir(root)
    await writeFile(join(root, 'entry'), 'x')
    await chmod(root, 0o555)
    expect(await codesOfNobody(root)).toEqual({
      list: 'done',
      stat: 'done',
      read: 'done',
      write: 'permission_denied',
      begin: 'permission_denied',
      remove: 'permission_denied',
    })
    await chmod(root, 0o755)
    expect(await readFile(join(root, 'entry'), 'utf8')).toBe('x')
  })
})
