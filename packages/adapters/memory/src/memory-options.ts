import { type ParcelsAbility, parseOptions } from '@gantry/core/driver'
import * as z from 'zod'

import { MemoryContents } from './contents.ts'
import type { Digesting } from './digesting.ts'

export interface MemoryOptions {
  /** What the store holds, to be shared with other drivers; default: an empty one of its own. */
  readonly contents?: MemoryContents | undefined
  /** Digests to compute and tell; default: none, because this package hashes nothing itself. */
  readonly digests?: Digesting | undefined
  /** Names of classes that entries can be moved to; default: none, and no ability `tier`. */
  readonly tiers?: readonly string[] | undefined
  /** What it does with parcels; default: nothing, and no ability `parcels`. */
  readonly parcels?: ParcelsAbility | undefined
  /** Whether it holds images alone, by their UIDs, and answers searches for those; default: false. */
  readonly images?: boolean | undefined
  /** Whether `retain` is offered; default: false. */
  readonly retain?: boolean | undefined
}

const optionsSchema = z.strictObject({
  contents: z.instanceof(MemoryContents).optional(),
  digests: z.custom<Digesting>((value) => isObject(value) && 'algorithms' in value && 'hashing' in value).optional(),
  tiers: z.array(z.string()).optional(),
  parcels: z.custom<ParcelsAbility>(isObject).optional(),
  images: z.boolean().optional(),
  retain: z.boolean().optional(),
})

/** `invalid` for options that there are not, or that are something else: an ability would be missing without a word. */
export function checked(options: MemoryOptions): MemoryOptions {
  parseOptions(optionsSchema, options, 'a memory store')
  return options
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
