import * as z from 'zod'

import { isPath } from '../store/path.ts'
import { findCredential, isFreeOfCredentials } from './credentials.ts'
import { workspaceLimits } from './limits.ts'
import { nameSchema, uidSchema } from './space.ts'

const noCredentials = 'A URL of a source must hold no user, password, token, signature or fragment'
const path = z.string().min(1).max(4096).refine(isPath, 'It is no path')

/** One file of a source. `size` and `digests` are of the plaintext, `path` is where the store keeps it. */
export const sourceEntrySchema = z.looseObject({
  path,
  size: z.int().nonnegative(),
  digests: z.looseObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/u) }),
  /** The file's own relative path, where `path` does not tell it. */
  name: path.optional(),
  /** Media type. */
  type: nameSchema.optional(),
  image: z
    .looseObject({
      studyInstanceUID: uidSchema,
      seriesInstanceUID: uidSchema,
      sopInstanceUID: uidSchema,
      sopClassUID: uidSchema,
      transferSyntaxUID: uidSchema,
      numberOfFrames: z.int().positive().optional(),
    })
    .optional(),
  /** The 16 bytes, in base64, that the object's age payload begins with: no other object can stand in for it. */
  nonce: z
    .string()
    .regex(/^[A-Za-z0-9+/]{21}[AQgw](?:==)?$/u)
    .optional(),
})
export type SourceEntry = z.infer<typeof sourceEntrySchema>

/** Entries of a store, with what proves their bytes; encrypted if they have an identity that opens them. */
export const entriesSourceSchema = z.looseObject({
  kind: z.literal('entries'),
  /** URL of the store. Who opens it brings their own credentials. */
  store: z
    .string()
    .max(4096)
    .regex(/^[a-z][a-z0-9+.-]*:[^\s\\#]*$/iu)
    .refine(isFreeOfCredentials, noCredentials),
  entries: z.array(sourceEntrySchema).max(workspaceLimits.entries),
  encryption: z
    .looseObject({
      format: z.literal('age-encryption.org/v1'),
      /** Opens every entry: whoever reads this workspace can read them. */
      identity: z.string().regex(/^AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}$/u),
    })
    .optional(),
})
export type EntriesSource = z.infer<typeof entriesSourceSchema>

/** A series that a DICOMweb service has (PS3.18). */
export const dicomwebSourceSchema = z.looseObject({
  kind: z.literal('dicomweb'),
  root: z
    .string()
    .max(4096)
    .regex(/^https?:\/\/[^\s\\#]+$/iu)
    .refine(isFreeOfCredentials, noCredentials),
  study: uidSchema,
  series: uidSchema,
})
export type DicomwebSource = z.infer<typeof dicomwebSourceSchema>

/**
 * Where the bytes of a volume, geometry or segmentation are. Unknown fields are kept as everywhere, but for those whose
 * names tell of credentials (`headers`, `token`, ...): a workspace is handed to others.
 */
export const sourceSchema = z
  .discriminatedUnion('kind', [entriesSourceSchema, dicomwebSourceSchema])
  .superRefine((source, context) => {
    const field = findCredential(source)
    if (field === undefined) return
    context.addIssue({ code: 'custom', path: [...field], message: 'A source must hold no credentials' })
  })
export type Source = z.infer<typeof sourceSchema>
