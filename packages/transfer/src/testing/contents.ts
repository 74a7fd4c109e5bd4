import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { bytesOf, type Store } from '@gantry/core'

export type Entries = ReadonlyMap<string, Uint8Array>

/** Paths, sorted, with the SHA-256 of what is there: of what a store gives back, read to the last byte. */
export async function contentsOf(store: Store): Promise<string[]> {
  const found: string[] = []
  for await (const { path } of store.list()) {
    const hash = createHash('sha256')
    const { body } = await store.read(path)
    for await (const chunk of body) hash.update(chunk)
    found.push(`${path} ${hash.digest('hex')}`)
  }
  return found.sort()
}

/** The same of entries at hand. */
export function namesOf(entries: Entries): string[] {
  return [...entries].map(([path, bytes]) => `${path} ${createHash('sha256').update(bytes).digest('hex')}`).sort()
}

export async function fill(store: Store, entries: Entries, modified = 1_700_000_000_000): Promise<void> {
  for (const [path, bytes] of entries) await store.write({ path, size: bytes.length, modified }, bytesOf(bytes))
}

export function fillFolder(folder: string, entries: Entries): void {
  for (const [path, bytes] of entries) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), bytes)
  }
}
