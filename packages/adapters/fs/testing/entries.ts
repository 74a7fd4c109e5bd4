import { readdir } from 'node:fs/promises'

import { type ByteRange, bytesOf, collect, type NewEntry, Store, type StoreUploads } from '@gantry/core'

import { fs } from '../src/fs.ts'
import type { FsOptions } from '../src/fs-options.ts'

export function storeAt(root: string, options: Omit<FsOptions, 'root'> = {}): Store {
  return new Store(fs({ root, ...options }))
}

export async function write(store: Store, path: string, text: string, more: Partial<NewEntry> = {}) {
  const bytes = Buffer.from(text)
  return await store.write({ path, size: bytes.length, ...more }, bytesOf(bytes))
}

export async function read(store: Store, path: string, range?: ByteRange): Promise<string> {
  const { body } = await store.read(path, range)
  return Buffer.from(await collect(body)).toString()
}

/** Paths that are listed, and names that are told as no paths. */
export async function list(store: Store, prefix?: string): Promise<{ paths: string[]; refused: string[] }> {
  const paths: string[] = []
  const refused: string[] = []
  const onRefused = (name: string) => void refused.push(name)
  for await (const { path } of store.list(prefix === undefined ? {} : { prefix }, { onRefused })) paths.push(path)
  return { paths, refused: refused.toSorted() }
}

export async function gather<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const all: Value[] = []
  for await (const value of values) all.push(value)
  return all
}

export function uploadsOf(store: Store): StoreUploads {
  if (store.uploads === undefined) throw new Error('The store has no uploads.')
  return store.uploads
}

/** All files below a folder, the store's own included. */
export async function filesBelow(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  return found.filter((dirent) => !dirent.isDirectory()).map(({ name }) => name)
}
