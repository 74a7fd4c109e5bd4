import { digestAlgorithms } from '@gantry/core'
import * as z from 'zod'

import { eventKinds } from '../records/event.ts'

const time = z.number().int().nonnegative().max(8.64e15)
const uid = z.string().regex(/^[0-9.]{1,64}$/u)
const text = z.string().max(1024)
const path = z.string().min(1).max(4096)

const imageSchema = z.object({
  studyInstanceUID: uid,
  seriesInstanceUID: uid,
  sopInstanceUID: uid,
  sopClassUID: uid,
  transferSyntaxUID: uid.optional(),
  numberOfFrames: z.int().nonnegative().optional(),
})

/** What of a header is kept, of the patient's name too. */
export const keptAttributes = ['StudyDate', 'StudyDescription', 'PatientID', 'PatientName', 'Modality'] as const

/** A receipt, as lines and manifests write it. */
export const receiptSchema = z.object({
  path,
  bytes: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/u),
  at: time,
  verified: z.boolean(),
  version: text.optional(),
  told: z.partialRecord(z.enum(digestAlgorithms), text).optional(),
  modified: z.number().optional(),
  cid: text.optional(),
  tier: text.optional(),
  retainUntil: time.optional(),
  removed: time.optional(),
  image: imageSchema.optional(),
  attributes: z.partialRecord(z.enum(keptAttributes), text).optional(),
})

export const unitSchema = z.object({ root: text.min(1), shards: z.array(text).max(100_000), key: text.optional() })
const owned = z.object({ owner: text, name: text.min(1) })

/** One line of an exported catalogue. */
export const catalogueLineSchema = z.discriminatedUnion('type', [
  // Of version 1, nothing says where the end is.
  z.object({ type: z.literal('catalogue'), version: z.literal([1, 2]) }),
  z.object({ type: z.literal('session'), ...owned.shape, created: time, deleted: time.optional() }),
  z.object({
    type: z.literal('receipt'),
    location: text.min(1),
    sessions: z.array(owned).max(10_000),
    unit: unitSchema.optional(),
    ...receiptSchema.shape,
  }),
  z.object({
    type: z.literal('event'),
    at: time,
    kind: z.enum(eventKinds),
    who: text,
    session: text.optional(),
    /** Of the session, where it is an account's. */
    owner: text.min(1).optional(),
    target: text.optional(),
    place: text.optional(),
    entries: z.int().nonnegative(),
    bytes: z.int().nonnegative(),
  }),
  /** The last one: how many came before it. */
  z.object({ type: z.literal('end'), lines: z.int().positive() }),
])
export type CatalogueLine = z.infer<typeof catalogueLineSchema>
