import { GantryError, parseBoundedJson } from '@gantry/core'
import { z } from 'zod'

import { receiptSchema, unitSchema } from '../lines/catalogue-line.ts'

/** Entries of one manifest: so that it is made and read in memory. */
export const manifestEntries = 5000
/** Bytes of one that is read. */
export const longestManifest = 64 * 1024 * 1024

/**
 * What a catalogue that was lost is made from again: receipts of entries that lie beside it. It names no location, because
 * what is moved takes its manifests along.
 */
export const manifestSchema = z.object({
  version: z.literal(1),
  session: z.object({ owner: z.string().max(1024), name: z.string().min(1).max(1024) }),
  unit: unitSchema.optional(),
  entries: z.array(receiptSchema).max(100_000),
})
export type Manifest = z.infer<typeof manifestSchema>

/** `integrity` for what is no manifest. */
export function parseManifest(bytes: Uint8Array): Manifest {
  const text = new TextDecoder().decode(bytes)
  try {
    return manifestSchema.parse(parseBoundedJson(text))
  } catch (cause) {
    throw new GantryError('integrity', 'A manifest is not as it was written.', { cause })
  }
}
