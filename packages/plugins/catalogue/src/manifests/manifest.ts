import { GantryError, parseBoundedJson } from '@gantry/core'
import * as z from 'zod'

import { receiptSchema, unitSchema } from '../lines/catalogue-line.ts'

/** Entries of one manifest: so that it is made and read in memory. */
export const manifestEntries = 5000
/** Bytes of one that is read. */
export const longestManifest = 64 * 1024 * 1024

const session = z.object({ owner: z.string().max(1024), name: z.string().min(1).max(1024) })

/**
 * What a catalogue that was lost is made from again: receipts of entries that lie beside it. It names no location, because
 * what is moved takes its manifests along.
 */
export const manifestSchema = z.object({
  version: z.literal(1),
  session,
  unit: unitSchema.optional(),
  entries: z.array(receiptSchema).max(100_000),
})
export type Manifest = z.infer<typeof manifestSchema>

const { at, retainUntil, sha256 } = receiptSchema.shape

/**
 * The same of a store that packs, whose own records tell the rest of an entry: a study that is shredded takes its record along,
 * so that nothing of a patient may stand here.
 */
export const packedManifestSchema = z.object({
  version: z.literal(1),
  session,
  /** `is` tells which entry it is to who has the entry, and nothing to others. */
  packed: z.array(z.object({ is: sha256, at, retainUntil })).max(100_000),
})
export type PackedManifest = z.infer<typeof packedManifestSchema>

/** `integrity` for what is no manifest. */
export function parseManifest<Schema extends typeof manifestSchema | typeof packedManifestSchema>(
  bytes: Uint8Array,
  schema: Schema,
): z.output<Schema> {
  const text = new TextDecoder().decode(bytes)
  try {
    return schema.parse(parseBoundedJson(text)) as z.output<Schema>
  } catch (cause) {
    throw new GantryError('integrity', 'A manifest is not as it was written.', { cause })
  }
}
