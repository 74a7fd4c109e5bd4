import { gunzipSync } from 'node:zlib'

import { collect, Store, type StoreDriver } from '@gantry/core'
import { memory } from '@gantry/memory'
import { phantom, type PhantomOptions } from '@gantry/testkit/phantom'
import { expect } from 'vitest'

import { cod, type CodOptions } from '../index.ts'
import { parseEntryPath, pathsOf, type SeriesName } from '../series/series-name.ts'
import { type ImageFile, imageFile } from './store-all.ts'
import { watched } from './watched.ts'

/** Images of one series. */
export async function series(options: PhantomOptions = {}): Promise<ImageFile[]> {
  const files: ImageFile[] = []
  for await (const { bytes } of phantom({ size: 32, slices: 6, ...options })) files.push(await imageFile(bytes))
  return files
}

export function nameOf(files: readonly ImageFile[]): SeriesName {
  return parseEntryPath(files[0]?.path ?? '')?.name ?? { study: '', series: '' }
}

export function open(options: CodOptions = {}) {
  const given = watched(memory())
  const driver = cod(given.store, { uri: 'gs://bucket/v1.0/dicomweb', ...options })
  return { given, driver, store: new Store(driver) }
}

export async function contentOf(store: Store, path: string): Promise<Buffer> {
  return Buffer.from(await collect((await store.read(path)).body, Number.MAX_SAFE_INTEGER))
}

export async function metadataOf(store: Store, name: SeriesName) {
  const text = gunzipSync(await contentOf(store, pathsOf(name).metadata)).toString()
  return JSON.parse(text) as { [key: string]: unknown; cod: { instances: Record<string, Record<string, never>> } }
}

export async function pathsIn(store: Store): Promise<string[]> {
  const paths: string[] = []
  for await (const { path } of store.list()) paths.push(path)
  return paths
}

export async function expectStored(driver: StoreDriver, files: readonly ImageFile[]): Promise<void> {
  const store = new Store(driver)
  for (const { path, bytes } of files) expect((await contentOf(store, path)).equals(bytes)).toBe(true)
  expect(await pathsIn(store)).toEqual(files.map(({ path }) => path).toSorted())
}
