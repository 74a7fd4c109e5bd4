import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { isGantryError, type Store } from '@gantry/core'
import { phantom } from '@gantry/testkit/phantom'

/** SHA-256 and length by path. */
export type Contents = ReadonlyMap<string, { readonly sha256: string; readonly bytes: number }>

/** Files of one cell: a study of two series, as a scanner would leave them. */
export interface Files {
  readonly study: string
  readonly folder: string
  readonly contents: Contents
  readonly bytes: number
}

/** Writes them below `patient---study/`, which is a folder that every backend has a place for. */
export async function writeFiles(folder: string, seed: number): Promise<Files> {
  const contents = new Map<string, { sha256: string; bytes: number }>()
  let study = ''
  let total = 0
  for await (const { path, bytes, image } of phantom({ size: 192, slices: 4, series: 2, seed })) {
    const name = `phantom---s${seed}/${path.replace(/^study-1\//u, '')}`
    study = image.studyInstanceUID
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), bytes)
    contents.set(name, { sha256: sha256Of(bytes), bytes: bytes.length })
    total += bytes.length
  }
  return { study, folder, contents, bytes: total }
}

/** All that a store has, read to its end; what it says itself that it cannot give whole is not there. */
export async function contentsOf(store: Store, prefix?: string): Promise<Contents> {
  const found = new Map<string, { sha256: string; bytes: number }>()
  for await (const entry of store.list(prefix === undefined ? {} : { prefix })) {
    try {
      const hash = createHash('sha256')
      let bytes = 0
      for await (const chunk of (await store.read(entry)).body) {
        hash.update(chunk)
        bytes += chunk.length
      }
      found.set(entry.path, { sha256: hash.digest('hex'), bytes })
    } catch (error) {
      // As of a series whose writer was killed between its tar and its metadata.
      if (!isGantryError(error) || error.code !== 'integrity') throw error
    }
  }
  return found
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
