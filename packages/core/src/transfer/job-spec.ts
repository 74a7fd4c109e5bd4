import * as z from 'zod'

import { selectionSchema } from '../store/selection.ts'

/** What becomes of an entry whose destination exists already. */
export const existingPolicies = ['update', 'overwrite', 'keep'] as const

/**
 * One transfer as it was asked for: all that another process needs to go on with it. Holds no credentials; stores are
 * opened again from their URLs and the configuration.
 */
export const jobSpecSchema = z.strictObject({
  version: z.literal(1),
  /** 4 to 64 of `a-z`, `0-9` and `-`: it names the journal's file as well. */
  id: z.string().regex(/^[a-z0-9-]{4,64}$/u),
  /** Milliseconds since the epoch. */
  created: z.number(),
  from: z.string(),
  to: z.string(),
  selection: selectionSchema,
  /**
   * `keep`, `flat`, `hierarchical`, or a template such as `{PatientID}/{SOPInstanceUID}.dcm`; default: what the
   * destination's abilities say, else `keep`.
   */
  layout: z.string().optional(),
  /** `update` sends what differs, `overwrite` sends all, `keep` never touches what exists. */
  existing: z.enum(existingPolicies).default('update'),
  /** Read everything back at the end and compare. */
  verify: z.boolean().default(false),
  /** Entries at a time. */
  concurrency: z.union([z.literal('auto'), z.int().min(1).max(1024)]).default('auto'),
  /** Bytes a second. */
  bandwidth: z.number().positive().optional(),
  /** Names of transforms between read and write, in order. */
  transforms: z.array(z.string()).default([]),
  /** Class of the destination that entries are written to: the storage's own name. */
  tier: z.string().min(1).optional(),
  /** Until when the destination itself must refuse to remove what is written: milliseconds since the epoch. */
  retainUntil: z.int().positive().optional(),
  /** Session of a catalogue that keeps this job's receipts: whoever goes on with it has to have the catalogue. */
  session: z.string().min(1).max(256).optional(),
})

/** A transfer as `jobSpecSchema` checks it, defaults filled in. */
export type JobSpec = z.output<typeof jobSpecSchema>
