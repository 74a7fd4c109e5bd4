import { createHmac } from 'node:crypto'

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

export function keyPath({ name }: Pick<WritingKey, 'name'>): string {
  return `${keyFolder}/${name}.age`
}
