import { gunzipSync, gzipSync } from 'node:zlib'

import { collect, Store, toCall } from '@gantry/core'
import { expect, test } from 'vitest'

import { parseEntryPath, pathsOf } from '../series/series-name.ts'
import { put } from '../testing/fixtures.ts'
import { type ImageFile, storeAll } from '../testing/store-all.ts'
import { contentOf, metadataOf, nameOf, open, pathsIn, series } from '../testing/stored.ts'

async function stored(change: (text: string, key: string) => string) {
  const { given, driver, store } = open()
  const files = await series()
  await storeAll(driver, files)
  const [file] = files as [ImageFile, ...ImageFile[]]
  const key = parseEntryPath(file.path)?.key ?? ''
  const { metadata, tar } = pathsOf(nameOf(files))
  const text = change(gunzipSync(await contentOf(given.store, metadata)).toString(), key)
  await put(given.store, metadata, gzipSync(text))
  const other = {
    ...file,
    bytes: Uint8Array.from(file.bytes, (byte, at) => (at === file.bytes.length - 1 ? byte ^ 1 : byte)),
  }
  return { given: given.store, driver, store, files, file, other, key, metadata, tar }
}

function changed(text: string, key: string, change: (record: Record<string, unknown>) => unknown): string {
  const document = JSON.parse(text) as { cod: { instances: Record<string, Record<string, unknown>> } }
  change(document.cod.instances[key] ?? {})
  return JSON.stringify(document)
}

test.for([
  ['numbers as floats', (text: string) => text.replaceAll(/"start_byte":(\d+)/gu, '"start_byte":$1.0')],
  [
    'a time that is null',
    (text: string, key: string) => changed(text, key, (one) => (one['modified_datetime'] = null)),
  ],
  [
    'odd offset tables',
    (text: string, key: string) => changed(text, key, (one) => (one['offset_tables'] = { CustomOffsetTable: [1.5] })),
  ],
] as const)('an instance that is there stays, whatever its record has: %s', async ([, change]) => {
  const { driver, store, given, files, file, other, tar } = await stored(change)
  expect((await contentOf(store, file.path)).equals(file.bytes)).toBe(true)
  const before = await contentOf(given, tar)
  expect(await storeAll(driver, files)).toMatchObject(files.map(({ path }) => ({ path, entry: {} })))
  expect(await storeAll(driver, [other])).toMatchObject([{ error: { code: 'already_exists' } }])
  expect(await contentOf(given, tar)).toEqual(before)
})

test('a record that cannot be used is not replaced', async () => {
  const { driver, given, files, file, other, key } = await stored((text, id) =>
    changed(text, id, (one) => Object.assign(one, { crc32c: 'AAA=', redacted_by: 'kept' })),
  )
  for (const one of [file, other]) {
    expect(await storeAll(driver, [one])).toMatchObject([{ error: { code: 'integrity', retryable: false } }])
  }
  expect((await metadataOf(given, nameOf(files))).cod.instances[key]).toMatchObject({ redacted_by: 'kept' })
})

test("Python's numbers that are none keep nobody from reading, or adding", async () => {
  const { driver, given, store, files, key } = await stored((text, id) =>
    changed(text, id, (one) => (one['note'] = 'NaN "NaN" \\')).replace(
      '"note":',
      '"windows":[NaN,-Infinity,Infinity],"note":',
    ),
  )
  for (const { path, bytes } of files) expect((await contentOf(store, path)).equals(bytes)).toBe(true)
  const [more] = (await series({ slices: 7 })).filter(({ path }) => files.every((file) => file.path !== path))
  await storeAll(driver, more === undefined ? [] : [more])
  const text = gunzipSync(await contentOf(given, pathsOf(nameOf(files)).metadata)).toString()
  // As Python wrote it, and reads it back.
  const windows = '"windows":[NaN,-Infinity,Infinity]'
  expect(text).toContain(windows)
  const { instances } = (JSON.parse(text.replace(windows, '"windows":[]')) as Awaited<ReturnType<typeof metadataOf>>)
    .cod
  expect(instances[key]).toMatchObject({ note: 'NaN "NaN" \\' })
  expect(Object.keys(instances)).toHaveLength(7)
})

test('one record of an absurd size keeps no other from coming', async () => {
  const { driver, files } = await stored((text, key) =>
    changed(text, key, (one) => (one['size'] = Number.MAX_SAFE_INTEGER)),
  )
  const came: number[] = []
  const failed: string[] = []
  const refs = files.map(({ path }) => ({ path }))
  for await (const given of new Store(driver).parcels?.fetch(refs) ?? []) {
    if ('error' in given) failed.push(given.error.code)
    else came.push((await collect(given.body)).length)
  }
  expect(failed).toEqual(['integrity'])
  expect(came).toEqual(files.slice(1).map(({ bytes }) => bytes.length))
})

test('what had to be written to learn a length is removed when it is stopped', { timeout: 30_000 }, async () => {
  const { given, driver } = open()
  const [file] = (await series()) as [ImageFile, ...ImageFile[]]
  const controller = new AbortController()
  const call = toCall({ signal: controller.signal })
  const writer = await driver.parcels?.store?.({ entries: [{ path: file.path }], save: async () => {} }, call)
  async function* long() {
    yield file.bytes
    for (let count = 0; count < 40; count += 1) yield new Uint8Array(1024 * 1024)
    controller.abort()
    throw new Error('Stopped.')
  }
  await expect(writer?.add({ path: file.path }, long(), call)).rejects.toThrow('Stopped')
  await writer?.abort(toCall())
  expect(await pathsIn(given.store)).toEqual([])
})
