import { shapeSchema, viewSchema } from '@gantry/core'
import * as z from 'zod'

import type { DeidentifyPlan } from './deidentifying.ts'
import type { ShareRequest } from './model.ts'

const retained = [
  'uids',
  'device',
  'institution',
  'patient-characteristics',
  'full-dates',
  'modified-dates',
  'safe-private',
] as const

const planSchema = z.object({
  retain: z.array(z.enum(retained)),
  clean: z.array(z.enum(['descriptors', 'structured-content', 'graphics'])),
  blankRows: z.record(z.string(), z.number()),
  key: z.string(),
})

const segmentationSchema = z.object({
  id: z.string(),
  name: z.string(),
  bytes: z.number(),
  segments: z.array(
    z.object({
      number: z.number(),
      label: z.string(),
      colour: z.tuple([z.number(), z.number(), z.number()]).readonly(),
    }),
  ),
})

/** What is written down of a share that has begun. */
export const pendingRecordSchema = z.object({
  /** Whose it is: nobody else is told of it, or goes on with it. */
  account: z.string(),
  begun: z.number(),
  needsPassphrase: z.boolean(),
  files: z.number(),
  bytes: z.number(),
  /** Without its passphrase: that is asked for again. */
  request: z.object({
    title: z.string(),
    items: z.array(z.string()),
    segmentations: z.array(segmentationSchema),
    shapes: z.array(shapeSchema),
    views: z.array(viewSchema),
    windows: z.record(z.string(), z.object({ center: z.number(), width: z.number() })),
    expires: z.enum(['1d', '7d', '30d', 'never']),
    deidentify: planSchema.optional(),
  }),
})

export type PendingRecord = z.infer<typeof pendingRecordSchema>

/** As it is written down. */
export function writtenOf(
  { items, shapes, views, segmentations = [], title, windows, expires }: ShareRequest,
  deidentify: DeidentifyPlan | undefined,
): PendingRecord['request'] {
  return {
    title,
    items: [...items],
    shapes: [...shapes],
    views: [...views],
    segmentations: segmentations.map(({ id, name, bytes, segments }) => ({ id, name, bytes, segments: [...segments] })),
    windows,
    expires,
    ...(deidentify !== undefined && {
      deidentify: { ...deidentify, retain: [...deidentify.retain], clean: [...deidentify.clean] },
    }),
  }
}

/** Images first, then what is laid over them. */
export function allOf({ items, segmentations = [] }: Pick<ShareRequest, 'items' | 'segmentations'>): readonly string[] {
  return [...items, ...segmentations.map(({ id }) => id)]
}
