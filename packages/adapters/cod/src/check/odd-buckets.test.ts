import { gzipSync } from 'node:zlib'

import { GantryError, Store } from '@gantry/core'
import { memory } from '@gantry/memory'
import { describe, expect, test } from 'vitest'

import { checkCod, cod, type CodProblem, repairCod } from '../index.ts'
import { put } from '../testing/fixtures.ts'
import { hashed, hashUid } from '../testing/hashed.ts'
import { storeAll } from '../testing/store-all.ts'
import { contentOf, metadataOf, nameOf, series } from '../testing/stored.ts'
import { headersSize, paxHeader } from '../tar/pax-header.ts'
import { parseEntryPath, pathsOf } from '../series/series-name.ts'

/** A sound series, and what makes it another. */
async function storedSeries() {
  const driver = memory()
  const given = new Store(driver)
  const files = await series()
  await storeAll(cod(given), files)
  const name = nameOf(files)
  const paths = pathsOf(name)
  const keys = files.map(({ path }) => parseEntryPath(path)?.key ?? '')
  const edit = async (change: (instances: Record<string, Record<string, unknown>>) => unknown, as = JSON.stringify) => {
    const document = await metadataOf(given, name)
    change(document.cod.instances)
    await put(given, paths.metadata, gzipSync(as(document)))
  }
  return { driver, given, files, name, paths, keys, edit }
}

async function problemsOf(given: Store): Promise<string[]> {
  const problems: CodProblem[] = []
  for await (const result of checkCod(given)) if (result.type === 'problem') problems.push(result)
  return problems.map(({ kind }) => kind)
}

async function readable(given: Store): Promise<number> {
  const store = new Store(cod(given))
  let count = 0
  for await (const { path, size } of store.list()) count += (await contentOf(store, path)).length === size ? 1 : 0
  return count
}

/** One bit of the header of the third file. */
async function damageHeader(given: Store, path: string, sizes: readonly number[]): Promise<void> {
  const tar = await contentOf(given, path)
  const [first = 0, second = 0] = sizes.map((size) => headersSize + Math.ceil(size / 512) * 512)
  const at = first + second + 2 * 512 + 140
  tar[at] = (tar[at] ?? 0) ^ 1
  await put(given, path, tar)
}

describe('check', () => {
  test('finds what is behind a header that is damaged', async () => {
    const { given, files, paths } = await storedSeries()
    await damageHeader(
      given,
      paths.tar,
      files.map(({ bytes }) => bytes.length),
    )
    expect(await problemsOf(given)).toEqual(['damaged-tar'])
  })

  test('ends at a size that is none', { timeout: 10_000 }, async () => {
    const { given, paths } = await storedSeries()
    const tar = await contentOf(given, paths.tar)
    const header = paxHeader({ name: 'instances/x.dcm', size: 3592, mtime: 12.25 })
    const text = Buffer.from(header).toString('latin1')
    const odd = Buffer.from(text.replace('mtime=12.25', 'size=3592.5'), 'latin1')
    await put(given, paths.tar, Buffer.concat([odd, tar]))
    expect(await problemsOf(given)).toContain('damaged-tar')
  })

  test('finds records that lead to the files of others', async () => {
    const { given, keys, edit } = await storedSeries()
    const [a = '', b = '', c = '', d = ''] = keys
    await edit((instances) => {
      ;[instances[a], instances[b]] = [instances[b] ?? {}, instances[a] ?? {}]
      Object.assign(instances[c] ?? {}, { headers: instances[d]?.['headers'] })
    })
    expect((await problemsOf(given)).toSorted()).toEqual(['unknown-file', 'wrong-file', 'wrong-file', 'wrong-file'])
  })

  test('finds records whose image cannot be told, or that are none', async () => {
    const { given, keys, edit } = await storedSeries()
    const [a = '', b = ''] = keys
    await edit(
      (instances) => Object.assign(instances[a] ?? {}, { version: '2.0', metadata: 'KLUv/Q==' }),
      (document) => JSON.stringify(document).replace(`"${b}":`, '"__proto__":'),
    )
    const problems = await problemsOf(given)
    expect(problems).toContain('unreadable-record')
    expect(problems).toContain('wrong-file')
  })
})

describe('repair', () => {
  test('keeps the records behind a header that is damaged', async () => {
    const { given, files, name, paths } = await storedSeries()
    await damageHeader(
      given,
      paths.tar,
      files.map(({ bytes }) => bytes.length),
    )
    expect(await repairCod(given, name)).toMatchObject({ instances: files.length, written: [], lost: [] })
    expect(await readable(given)).toBe(files.length)
    expect(await problemsOf(given)).toEqual(['damaged-tar'])
  })

  test('takes numbers as they may be written', async () => {
    const { given, name, keys, edit } = await storedSeries()
    await edit(
      (instances) => Object.assign(instances[keys[0] ?? ''] ?? {}, { redacted_by: 'kept' }),
      (document) => JSON.stringify(document).replaceAll(/"start_byte":(\d+)/gu, '"start_byte":$1.0'),
    )
    expect(await repairCod(given, name)).toMatchObject({ written: [], lost: [] })
    expect((await metadataOf(given, name)).cod.instances[keys[0] ?? '']).toMatchObject({ redacted_by: 'kept' })
  })

  test('keeps the fields of others where it makes a record anew', async () => {
    const { given, name, keys, edit } = await storedSeries()
    const [key = ''] = keys
    await edit((instances) => Object.assign(instances[key] ?? {}, { redacted_by: 'kept', crc32c: 'AAA=' }))
    expect(await repairCod(given, name)).toMatchObject({ written: [key], lost: [] })
    expect((await metadataOf(given, name)).cod.instances[key]).toMatchObject({ redacted_by: 'kept' })
    expect(await problemsOf(given)).toEqual([])
  })

  test('does not take metadata for damaged that were only read wrong', async () => {
    const { driver, given, name, paths, edit } = await storedSeries()
    await edit((instances) => Object.assign(Object.values(instances)[0] ?? {}, { redacted_by: 'kept' }))
    const before = await contentOf(given, paths.metadata)
    let failures = 1
    const flaky = new Store(
      Object.assign(Object.create(driver) as typeof driver, {
        read: async (...asked: Parameters<typeof driver.read>) => {
          if (asked[0].path === paths.metadata && failures-- > 0)
            throw new GantryError('integrity', 'Other bytes came.')
          return await driver.read(...asked)
        },
        write: driver.write?.bind(driver),
        stat: driver.stat.bind(driver),
        remove: driver.remove?.bind(driver),
      }),
    )
    await expect(repairCod(flaky, name)).rejects.toMatchObject({ code: 'integrity', retryable: true })
    expect(await contentOf(given, paths.metadata)).toEqual(before)
  })

  test('does not write down hashed names as true ones', async () => {
    const given = new Store(memory())
    const files = await series()
    const stored = hashed(files)
    await storeAll(cod(given, { hashUid }), stored)
    const name = nameOf(stored)
    const { metadata } = pathsOf(name)
    await put(given, metadata, Buffer.from('{"deid_study_uid": "'))
    await expect(repairCod(given, name)).rejects.toMatchObject({ code: 'unsupported' })
    expect(await repairCod(given, name, { hashUid })).toMatchObject({ instances: files.length })
    expect(await metadataOf(given, name)).toMatchObject({ deid_study_uid: name.study })
  })
})
