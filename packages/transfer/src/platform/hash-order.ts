import type { DigestAlgorithm, Digests } from '@gantry/core'

/** Digests that a hashing thread can compute. */
export const asideAlgorithms = [
  'sha256',
  'md5',
  'sha1',
  'crc32',
  'crc32c',
] as const satisfies readonly DigestAlgorithm[]
export type AsideAlgorithm = (typeof asideAlgorithms)[number]

/** What a hashing thread is made with. */
export interface HashMemory {
  readonly memory: SharedArrayBuffer
  readonly slotSize: number
  /** File of the module that computes CRC32C. */
  readonly crc32c: string | undefined
}

/** What it is told. */
export type HashOrder =
  | { readonly type: 'begin'; readonly id: number; readonly algorithms: readonly AsideAlgorithm[] }
  | { readonly type: 'update'; readonly id: number; readonly slot: number; readonly length: number }
  | { readonly type: 'digest' | 'drop'; readonly id: number }

/** What it answers. */
export type HashAnswer =
  | { readonly type: 'free'; readonly slot: number }
  | { readonly type: 'digest'; readonly id: number; readonly digests: Digests }
