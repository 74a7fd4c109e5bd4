import { createHash, createHmac } from 'node:crypto'

import type { WritingKey } from '../keys/catalogue-key.ts'

/** Where an archive keeps what is its own, beside the entries. */
export const archiveFolder = '.gantry'
export const manifestFolder = `${archiveFolder}/manifests`
export const keyFolder = `${archiveFolder}/keys`

/** The same for the same contents, and for who lacks the key no hint at them. */
export function manifestPath({ name, naming }: Pick<WritingKey, 'name' | 'naming'>, contents: Uint8Array): string {
  const tag = createHmac('sha256', naming).update(contents).digest('hex').slice(0, 32)
  return `${manifestFolder}/${name}-${tag}.json.age`
}

/** The same of a store that packs, which hides names as well. */
export function packedManifestPath(contents: Uint8Array): string {
  return `${manifestFolder}/${createHash('sha256').update(contents).digest('hex').slice(0, 32)}.json`
}

/** The name of the key that opens a manifest of this path; `undefined` of one that no key opens. */
export function keyNameOf(path: string): string | undefined {
  return /^[^/]*\/[^/]*\/([0-9a-f]{16})-[0-9a-f]+\.json\.age$/u.exec(path)?.[1]
}

export function isPackedManifest(path: string): boolean {
  return /^[^/]*\/[^/]*\/[0-9a-f]{32}\.json$/u.test(path)
}

export function keyPath({ name }: Pick<WritingKey, 'name'>): string {
  return `${keyFolder}/${name}.age`
}
