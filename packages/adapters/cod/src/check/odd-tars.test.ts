import { gzipSync } from 'node:zlib'

import { Store } from '@gantry/core'
import { memory } from '@gantry/memory'
import { describe, expect, test } from 'vitest'

import { checkCod, cod, type CodProblem, repairCod } from '../index.ts'
import { parseEntryPath, pathsOf } from '../series/series-name.ts'
import { readRows } from '../sqlite/read-rows.ts'
import { put, twoHours } from '../testing/fixtures.ts'
import { oddTar } from '../testing/odd-tar.ts'
import { type ImageFile, storeAll } from '../testing/store-all.ts'
import { contentOf, expectStored, metadataOf, nameOf, series } from '../testing/stored.ts'

async function problemsOf(given: Store): Promise<string[]> {
  const problems: CodProblem[] = []
  for await (const result of checkCod(given)) if (result.type === 'problem') problems.push(result)
  return problems.map(({ kind }) => kind)
}

function memberOf(folder: string, { path, bytes }: ImageFile) {
  return { name: `${folder}/${parseEntryPath(path)?.key}.dcm`, bytes }
}

/** Images, and a store that has of their series what others made. */
async function opened() {
  const given = new Store(memory())
  const files = await series()
  const name = nameOf(files)
  return { given, files, name, paths: pathsOf(name) }
}

describe('a tar whose members are called otherwise', () => {
  test.for(['./instances', '/instances', 'instances//.', '.', 'else/where'])('%s: repaired', async (folder) => {
    const { given, files, name, paths } = await opened()
    const tar = oddTar([{ name: `${folder}/`, type: '5' }, ...files.map((file) => memberOf(folder, file))])
    await put(given, paths.tar, tar)
    expect(await repairCod(given, name)).toMatchObject({ instances: files.length, passedOver: 0, lost: [] })
    expect(await problemsOf(given)).toEqual([])
    await expectStored(cod(given), files)
    // As good as any record.
    expect(await repairCod(given, name)).toMatchObject({ written: [], lost: [] })
  })

  test('is added to, with one folder in the index', async () => {
    const { given, files, name, paths } = await opened()
    await put(given, paths.tar, oddTar(files.slice(0, 3).map((file) => memberOf('./instances', file))))
    await repairCod(given, name)
    await storeAll(cod(given), files)
    await expectStored(cod(given), files)
    expect(await problemsOf(given)).toEqual([])
    const folders = new Set([...readRows(await contentOf(given, paths.index), 'files')].map(([path]) => path))
    expect(folders).toEqual(new Set(['', '/instances']))
  })
})

describe('a tar in which no image is recognised', () => {
  test.for([
    ['gzipped', (tar: Buffer) => gzipSync(tar)],
    ['sparse files alone', (_: Buffer, files: readonly ImageFile[]) => odd(files, 'S')],
    ['links alone', (_: Buffer, files: readonly ImageFile[]) => odd(files, '1')],
    ['text', () => oddTar([{ name: 'instances/1.dcm', bytes: Buffer.alloc(700, 'text') }])],
  ] as const)('%s: is not recorded as if it held none, forced or not', async ([, make]) => {
    const { given, files, name, paths } = await opened()
    await storeAll(cod(given), files)
    await put(given, paths.tar, make(await contentOf(given, paths.tar), files))
    const before = await contentOf(given, paths.metadata)
    for (const force of [false, true]) {
      await expect(repairCod(given, name, { force })).rejects.toMatchObject({
        code: 'integrity',
        message: expect.stringMatching(/recognised/u),
      })
      expect(await contentOf(given, paths.metadata)).toEqual(before)
    }
    await given.remove(paths.metadata)
    await expect(repairCod(given, name)).rejects.toMatchObject({ code: 'integrity' })
    expect(await given.find(paths.metadata)).toBeUndefined()
  })

  function odd(files: readonly ImageFile[], type: string): Buffer {
    return oddTar(files.map((file) => ({ ...memberOf('instances', file), type, bytes: new Uint8Array(0) })))
  }
})

test('a link is told of, and what it leads to is recorded as the image that it is', async () => {
  const { given, files, name, paths } = await opened()
  const [first, ...others] = files.map((file) => memberOf('instances', file))
  const linked = { name: 'instances/hard.dcm', bytes: first?.bytes ?? new Uint8Array(0) }
  const link = { name: first?.name ?? '', type: '1' }
  await put(given, paths.tar, oddTar([linked, link, ...others]))
  expect(await repairCod(given, name)).toMatchObject({ instances: files.length, passedOver: 1 })
  expect(await problemsOf(given)).toEqual(['odd-entry'])
  await expectStored(cod(given), files)
})

test('an image whose UID no path can name is passed over', async () => {
  const { given, files, name, paths } = await opened()
  const [first, ...others] = files
  const uid = parseEntryPath(first?.path ?? '')?.key ?? ''
  const text = Buffer.from(first?.bytes ?? []).toString('latin1')
  const renamed = Buffer.from(text.replaceAll(uid, uid.replace(/\.(?=\d+$)/u, '/')), 'latin1')
  const members = others.map((file) => memberOf('instances', file))
  await put(given, paths.tar, oddTar([{ name: 'instances/odd.dcm', bytes: renamed }, ...members]))
  expect(await repairCod(given, name)).toMatchObject({ instances: others.length, passedOver: 1 })
  await expectStored(cod(given), others)
})

describe('bytes behind the end of a tar', () => {
  async function joined() {
    const stored = await opened()
    const { given, files, name, paths } = stored
    const tars = [files.slice(0, 2), files.slice(2)].map((some) =>
      oddTar(some.map((file) => memberOf('instances', file))),
    )
    const tar = Buffer.concat(tars)
    await put(given, paths.tar, tar)
    expect(await repairCod(given, name)).toMatchObject({ instances: 2, followed: true, damaged: false })
    return { ...stored, tar }
  }

  test('are told of', async () => {
    const { given } = await joined()
    expect(await problemsOf(given)).toEqual(['bytes-behind'])
  })

  test('are not dropped by who adds to the series', async () => {
    const { given, files, paths, tar } = await joined()
    await expect(storeAll(cod(given), files)).rejects.toMatchObject({ code: 'integrity' })
    expect((await contentOf(given, paths.tar)).equals(tar)).toBe(true)
  })
})

describe('an image of another series in the tar', () => {
  test('is passed over, and keeps none of the others from being recorded', async () => {
    const { given, files, name, paths } = await opened()
    const other = (await series({ series: 2 })).find(({ path }) => !path.startsWith(paths.folder))
    const members = [...(other === undefined ? [] : [other]), ...files].map((file) => memberOf('instances', file))
    await put(given, paths.tar, oddTar(members))
    expect(members).toHaveLength(files.length + 1)
    expect(await repairCod(given, name)).toMatchObject({ instances: files.length, passedOver: 1 })
    expect(await problemsOf(given)).toEqual(['unknown-file'])
    await expectStored(cod(given), files)
  })

  test('is none that a wrong name makes it', async () => {
    const { given, files, name, paths } = await opened()
    const [first, ...others] = files.map((file) => memberOf('instances', file))
    await put(given, paths.tar, oddTar([{ ...first, name: 'instances/1.2.3.4.5.6.7.dcm' }, ...others]))
    await repairCod(given, name)
    await expectStored(cod(given), files)
    const document = await metadataOf(given, name)
    const { instances } = document.cod
    const key = parseEntryPath(files[0]?.path ?? '')?.key ?? ''
    instances['1.2.3.4.5.6.7'] = instances[key] ?? {}
    delete instances[key]
    await put(given, paths.metadata, gzipSync(JSON.stringify(document)))
    expect(await problemsOf(given)).toEqual(['wrong-file'])
  })
})

test('a lock that is all that there is of a series can be broken', async () => {
  const { given, name, paths } = await opened()
  await expect(repairCod(given, name, { breakLock: true })).rejects.toMatchObject({ code: 'not_found' })
  await put(given, paths.lock, gzipSync('{"cod":{"instances":{}}}'), Date.now() - 2 * twoHours)
  await expect(repairCod(given, name)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/--break-lock/u),
  })
  expect(await repairCod(given, name, { breakLock: true })).toMatchObject({ instances: 0, lockBroken: true })
  expect(await given.find(paths.lock)).toBeUndefined()
  expect(await given.find(paths.metadata)).toBeUndefined()
})
