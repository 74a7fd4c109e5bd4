import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { gather, list, read, storeAt, uploadsOf, write } from '../testing/entries.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { fs } from './fs.ts'

describe('names', () => {
  test('that are decomposed are read as they are', async () => {
    const root = await temporaryFolder()
    const decomposed = 'Mu\u0308ller/image'
    await mkdir(join(root, 'Mu\u0308ller'))
    await writeFile(join(root, decomposed), 'x')
    const store = storeAt(root)
    expect((await list(store)).paths).toEqual([decomposed])
    expect(await read(store, decomposed)).toBe('x')
    expect((await store.stat(decomposed)).path).toBe(decomposed)
    await store.remove(decomposed)
    expect((await list(store)).paths).toEqual([])
  })

  test('that were written decomposed are removed by the same name; of two that are there, the one that is named', async () => {
    const root = await temporaryFolder()
    const store = storeAt(root)
    await write(store, 'Mu\u0308ller', 'x')
    await store.remove('Mu\u0308ller')
    expect((await list(store)).paths).toEqual([])
    await write(store, 'M\u00FCller', 'x')
    await writeFile(join(root, 'Mu\u0308ller'), 'y')
    await store.remove('Mu\u0308ller')
    expect((await list(store)).paths).toEqual(['M\u00FCller'])
  })

  test.each(['', undefined, 7])('a root that is none is refused: %j', (root) => {
    expect(() => fs({ root } as never)).toThrow(expect.objectContaining({ code: 'invalid' }))
  })

  test.skipIf(process.platform !== 'linux')('that are not Unicode are told', async () => {
    const root = await temporaryFolder()
    const latin1 = (name: string) => Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name, 'latin1')])
    await writeFile(latin1('M\u00FCller.dcm'), 'x')
    await mkdir(latin1('\u00C5rhus'))
    await writeFile(join(root, 'right \uFFFD'), 'x')
    const { paths, refused } = await list(storeAt(root))
    expect(paths).toEqual(['right \uFFFD'])
    expect(refused).toEqual(['./M\uFFFDller.dcm', './\uFFFDrhus/'])
  })

  test('of temporary files are neither listed nor taken', async () => {
    const root = await temporaryFolder()
    const reserved = '.gantry-0123456789ab.tmp'
    await writeFile(join(root, reserved), 'x')
    const store = storeAt(root)
    expect(await list(store)).toEqual({ paths: [], refused: [] })
    const refused = { code: 'invalid' }
    await expect(store.stat(reserved)).rejects.toMatchObject(refused)
    await expect(store.read(reserved)).rejects.toMatchObject(refused)
    await expect(write(store, reserved, 'x')).rejects.toMatchObject(refused)
    await expect(write(store, `${reserved}/entry`, 'x')).rejects.toMatchObject(refused)
    await expect(store.remove(reserved)).rejects.toMatchObject(refused)
    await write(store, '.gantry-notes.txt', 'mine')
    expect((await list(store)).paths).toEqual(['.gantry-notes.txt'])
  })

  test('that lead out are refused by the driver itself', async () => {
    const root = await temporaryFolder()
    const driver = fs({ root: join(root, 'folder') })
    const call = { signal: new AbortController().signal }
    const refused = { code: 'invalid' }
    for (const path of ['../x', 'a/../../x', '/etc/passwd', 'a\0b', '']) {
      await expect(driver.stat(path, call)).rejects.toMatchObject(refused)
      await expect(driver.read({ path }, undefined, call)).rejects.toMatchObject(refused)
      await expect(driver.remove?.(path, call)).rejects.toMatchObject(refused)
      await expect(driver.resumable?.begin({ path }, call)).rejects.toMatchObject(refused)
      await expect(driver.resumable?.abort({ path: `${path}/.gantry-ab.tmp`, id: 'ab' }, call)).rejects.toMatchObject(
        refused,
      )
    }
    await expect(gather(driver.list({ prefix: '../x' }, call))).rejects.toMatchObject(refused)
    const parts = uploadsOf(storeAt(root)).listParts({ path: 'entry', id: '../../x' })
    await expect(parts).rejects.toMatchObject({ code: 'not_found' })
  })
})
