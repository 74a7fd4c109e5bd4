import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { gunzipSync } from 'node:zlib'

import { type DicomJson, Store, toCall } from '@gantry/core'
import type { StoreDriver } from '@gantry/core/driver'
import { fs } from '@gantry/fs'
import { expect, onTestFinished, test } from 'vitest'

import { cod, repairCod } from '../index.ts'
import { pathsOf } from '../series/series-name.ts'
import { longHeaders } from '../testing/long-header.ts'
import { storeAll } from '../testing/store-all.ts'
import { contentOf, expectStored, metadataOf, nameOf, open, pathsIn } from '../testing/stored.ts'

const mebibyte = 1024 * 1024
/** Items of a sequence, of which JSON has some 350 bytes each. */
const items = 4000

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Bytes that are in use, and not only waiting to be collected. */
async function used(): Promise<number> {
  await new Promise((resolve) => setImmediate(resolve))
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

function folder(written: (path: string) => Promise<void>): Store {
  const root = mkdtempSync(join(tmpdir(), 'cod-long-headers-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const driver = fs({ root })
  const watching: StoreDriver = Object.assign(Object.create(driver) as StoreDriver, {
    list: driver.list.bind(driver),
    stat: driver.stat.bind(driver),
    read: driver.read.bind(driver),
    remove: driver.remove?.bind(driver),
    codeOf: driver.codeOf.bind(driver),
    write: async (...given: Parameters<NonNullable<StoreDriver['write']>>) => {
      await written(given[0].path)
      return await driver.write?.(...given)
    },
  })
  return new Store(watching)
}

async function searched(store: Store, include: readonly string[] | 'all'): Promise<DicomJson[]> {
  const found: DicomJson[] = []
  const query = { level: 'instance', match: { Modality: 'CT' }, include, limit: 1 } as const
  for await (const match of cod(store).query?.search(query, toCall()) ?? []) found.push(match)
  return found
}

test('of long headers, no more is held than of short ones: neither while they are written, nor of what was read', async () => {
  const files = await longHeaders(8, 8000)
  let first: number | undefined
  let looks = 0
  /** What was let go of may take its time to be collected. */
  const look = async () => {
    first ??= await used()
    const before = first
    looks += 1
    await expect.poll(async () => (await used()) - before).toBeLessThan(6 * mebibyte)
  }
  const given = folder(async (path) => {
    if (path.endsWith('metadata.json')) await look()
  })
  const driver = cod(given, { tarPartSize: mebibyte })
  const before = async (index: number) => {
    if (index > 0) await look()
  }
  await storeAll(driver, files, { before })
  expect(looks).toBe(8)
  const text = gunzipSync(await contentOf(given, pathsOf(nameOf(files)).metadata)).length
  expect(text).toBeGreaterThan(20 * mebibyte)
  await expectStored(driver, files)
  await look()
})

test.for(['1.0', '2.0'] as const)(
  'all of a long header is recorded, and told where it is asked for: %s',
  async (metadataVersion) => {
    const { given, driver } = open({ metadataVersion })
    const files = await longHeaders(2, items)
    await storeAll(driver, files)
    await expectStored(driver, files)
    const [all] = await searched(given.store, 'all')
    expect(all?.['52009230']?.Value).toHaveLength(items)
    expect(all?.['52009230']?.Value?.[items - 1]).toMatchObject({
      '00209111': { vr: 'SQ', Value: [{ '00209157': { vr: 'UL', Value: [1, items - 1] } }] },
    })
    const [asked] = await searched(given.store, ['PerFrameFunctionalGroupsSequence'])
    expect(asked?.['52009230']).toEqual(all?.['52009230'])
    const [short] = await searched(given.store, [])
    expect([short?.['00080060']?.Value, short?.['52009230']]).toEqual([['CT'], undefined])
    expect((await driver.readFrame(files[0]?.path ?? '', 1)).length).toBe(128)
    if (metadataVersion === '2.0') return
    const { instances } = (await metadataOf(given.store, nameOf(files))).cod
    const told = Object.values(instances).map((record) => record['metadata'] as unknown as DicomJson)
    expect(told.map((one) => one['52009230'])).toContainEqual(all?.['52009230'])
  },
)

test('metadata that could not be read again are not written, nor the tar that they would tell of', async () => {
  const { given, driver } = open({ maxMetadataBytes: 10_000 })
  await expect(storeAll(driver, await longHeaders(1, 100))).rejects.toMatchObject({ code: 'invalid' })
  const left: string[] = []
  for await (const { path } of given.store.list()) left.push(path)
  expect(left).toEqual([])
})

test('nor does a repair write an index beside metadata that could not be read again', async () => {
  const { given, driver } = open()
  const files = await longHeaders(1, 100)
  await storeAll(driver, files)
  const { tar, index, metadata } = pathsOf(nameOf(files))
  await given.store.remove(index)
  await given.store.remove(metadata)
  await expect(repairCod(given.store, nameOf(files), { maxMetadataBytes: 10_000 })).rejects.toMatchObject({
    code: 'invalid',
  })
  expect(await pathsIn(given.store)).toEqual([tar])
})
