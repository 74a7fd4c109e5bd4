import { execFileSync } from 'node:child_process'
import { appendFile, mkdir, open, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { Store, type TakeOptions } from '@gantry/core'
import { withCalls } from '@gantry/core/driver'
import { describe, expect, test } from 'vitest'

import { filesBelow, list, storeAt, write } from '../testing/entries.ts'
import { canMount, smallDisk } from '../testing/small-disk.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { fs } from './fs.ts'

const mebibyte = 1024 * 1024

/** Two folders, and one that holds both. */
async function folders(options: Parameters<typeof storeAt>[1] = {}) {
  const place = await temporaryFolder()
  const [source, target] = [join(place, 'source'), join(place, 'target')]
  await mkdir(source)
  return { place, source, target, from: storeAt(source, options), to: storeAt(target, options) }
}

async function take(to: Store, from: Store, path: string, options: TakeOptions = {}) {
  const entry = await from.find(path)
  return await to.take(from, { size: 1, ...entry, path }, { path }, { digests: ['sha256'], ...options })
}

/** Does something to the source once the first bytes of it have moved. */
async function midway(change: (source: string) => Promise<void>) {
  // The other thread does not wait: where it was done before the change came, it is tried again.
  for (let round = 1; ; round += 1) {
    const { source, target, from, to } = await folders()
    const file = join(source, 'entry')
    await writeFile(file, Buffer.alloc(48 * mebibyte, 1))
    let changing: Promise<void> | undefined
    const report = () => void (changing ??= change(file))
    const blamed: string[] = []
    const onSourceError = ({ code }: { code: string }) => void blamed.push(code)
    const taking = take(to, from, 'entry', { report, onSourceError })
    const code = await taking.then(
      () => 'taken',
      (error: { code: string }) => error.code,
    )
    await changing
    if (code !== 'taken' || round === 20) return { code, blamed, left: await filesBelow(target) }
  }
}

describe('a file that is changed while it is taken', () => {
  const refused = { code: 'precondition_failed', blamed: ['precondition_failed'], left: [] }

  test('because it grows, is refused', async () => {
    expect(await midway((file) => appendFile(file, 'x'))).toMatchObject(refused)
  })

  test('because it shrinks, is refused', async () => {
    const shrink = async (file: string) => {
      const handle = await open(file, 'r+')
      await handle.truncate(2 * mebibyte)
      await handle.close()
    }
    expect(await midway(shrink)).toMatchObject(refused)
  })

  test('because it is written to, is refused', async () => {
    const overwrite = async (file: string) => {
      const handle = await open(file, 'r+')
      await handle.write(Buffer.alloc(10, 2), 0, 10, 0)
      await handle.close()
    }
    expect(await midway(overwrite)).toMatchObject(refused)
  })

  test('because it is removed, is taken as it was', async () => {
    const { source, target, from, to } = await folders()
    const bytes = Buffer.alloc(8 * mebibyte, 1)
    await writeFile(join(source, 'entry'), bytes)
    let removing: Promise<void> | undefined
    await take(to, from, 'entry', { report: () => void (removing ??= rm(join(source, 'entry'))) })
    await removing
    expect((await readFile(join(target, 'entry'))).equals(bytes)).toBe(true)
  })
})

describe('what is taken', () => {
  test('goes only where links may lead', async () => {
    const { place, source, from, to } = await folders()
    await writeFile(join(place, 'secret'), 'x')
    await writeFile(join(source, 'file'), 'content')
    await symlink(join(place, 'secret'), join(source, 'out'))
    await symlink('file', join(source, 'in'))
    await mkdir(join(source, 'folder'))
    const taken = await take(to, from, 'in')
    expect(taken.source.size).toBe(7)
    await expect(take(to, from, 'out')).rejects.toMatchObject({ code: 'permission_denied', path: 'out' })
    await expect(take(to, from, 'folder')).rejects.toMatchObject({ code: 'not_found', path: 'folder' })
    await expect(take(to, from, 'file/none')).rejects.toMatchObject({ code: 'not_found' })
    expect((await list(to)).paths).toEqual(['in'])
    const follow = storeAt(source, { links: 'follow' })
    expect((await take(to, follow, 'out')).source.size).toBe(1)
  })

  test.skipIf(process.platform === 'win32')('is no pipe, and waits for none', async () => {
    const { source, from, to } = await folders()
    execFileSync('mkfifo', [join(source, 'pipe')])
    await expect(to.take(from, { path: 'pipe', size: 0 }, { path: 'a' })).rejects.toMatchObject({ code: 'not_found' })
  })

  test.each(['disk', 'cache'] as const)('has its time, to the millisecond: %s', async (durability) => {
    const { source, target, from, to } = await folders({ durability })
    await writeFile(join(source, 'entry'), 'x')
    await utimes(join(source, 'entry'), 1_000_000, 1_600_000_000.123)
    const { stored } = await take(to, from, 'entry')
    expect(stored.modified).toBe(1_600_000_000_123)
    expect(Math.round((await stat(join(target, 'entry'))).mtimeMs)).toBe(1_600_000_000_123)
    expect((await to.stat('entry')).version).toBe(stored.version)
  })

  test.each([-304_300_800_000, -1, -1501, 0])('has its time, before 1970 as well: %d', async (modified) => {
    const { source, target, from, to } = await folders()
    await writeFile(join(source, 'entry'), 'x')
    await utimes(join(source, 'entry'), new Date(), new Date(modified))
    expect((await from.stat('entry')).modified).toBe(modified)
    const { stored } = await take(to, from, 'entry')
    expect(stored.modified).toBe(modified)
    expect(Math.round((await stat(join(target, 'entry'))).mtimeMs)).toBe(modified)
  })

  test('comes into a folder that vanished since', async () => {
    const { target, from, to } = await folders()
    await write(from, 'a/b', 'x')
    await take(to, from, 'a/b')
    await rm(join(target, 'a'), { recursive: true })
    await take(to, from, 'a/b')
    expect(await readFile(join(target, 'a/b'), 'utf8')).toBe('x')
  })

  test('is no longer than what a crash may lose, and of a known length', async () => {
    const { from, to } = await folders()
    expect(to.canTake(from, { path: 'a', size: 2 ** 30 })).toBe(true)
    expect(to.canTake(from, { path: 'a', size: 2 ** 30 + 1 })).toBe(false)
    expect(to.canTake(from, { path: 'a' })).toBe(false)
  })
})

test('of a folder whose calls are replaced nothing is taken from behind them', async () => {
  const { source, from, to } = await folders()
  const ref = { path: 'a', size: 1 }
  const replaced = new Store(withCalls(fs({ root: source }), {}))
  expect([to.canTake(from, ref), to.canTake(replaced, ref)]).toEqual([true, false])
})

describe.skipIf(!canMount)('a disk of its own (needs root, to mount one)', () => {
  test('that is full refuses with read_only, and keeps no part of what did not fit', async () => {
    const { source, from } = await folders()
    const root = await smallDisk(2 * mebibyte)
    const to = storeAt(root)
    await writeFile(join(source, 'entry'), Buffer.alloc(3 * mebibyte))
    await write(to, 'entry', 'x')
    const blamed: unknown[] = []
    const onSourceError = (error: unknown) => void blamed.push(error)
    await expect(take(to, from, 'entry', { onSourceError })).rejects.toMatchObject({ code: 'read_only', path: 'entry' })
    expect(blamed).toEqual([])
    expect(await filesBelow(root)).toEqual(['entry'])
    expect(await readFile(join(root, 'entry'), 'utf8')).toBe('x')
    await writeFile(join(source, 'fits'), Buffer.alloc(mebibyte))
    await take(to, from, 'fits')
    expect(await filesBelow(root)).toHaveLength(2)
  })

  test('that is mounted read-only takes nothing', async () => {
    const { source, from } = await folders()
    await writeFile(join(source, 'entry'), 'x')
    const root = await smallDisk(mebibyte)
    execFileSync('mount', ['-o', 'remount,ro', root])
    await expect(take(storeAt(root), from, 'entry')).rejects.toMatchObject({ code: 'read_only' })
  })
})
