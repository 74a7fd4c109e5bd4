import * as z from 'zod'

import { colourSchema } from './colour.ts'
import { workspaceLimits } from './limits.ts'
import { sourceSchema } from './source.ts'
import { idSchema, nameSchema, opacitySchema, transformSchema, uidSchema } from './space.ts'
import { volumeFormats } from './volume.ts'

/** A code of a coding scheme (PS3.3 8.8). */
const codeSchema = z.looseObject({
  value: z.string().max(256),
  scheme: z.string().max(64),
  meaning: nameSchema.optional(),
})

const segmentSchema = z.looseObject({
  /** Its value in the label map, its Segment Number in DICOM. */
  number: z.int().nonnegative(),
  label: nameSchema,
  colour: colourSchema.optional(),
  opacity: opacitySchema.optional(),
  /** Left out: true. */
  visible: z.boolean().optional(),
  category: codeSchema.optional(),
  type: codeSchema.optional(),
})

/** A label map, and what its segments are. */
export const segmentationSchema = z.looseObject({
  id: idSchema,
  source: sourceSchema.nullable(),
  name: nameSchema.optional(),
  format: z.enum(volumeFormats).optional(),
  /** Id of the volume that it was made of. */
  volume: idSchema.optional(),
  segments: z.array(segmentSchema).max(workspaceLimits.segments),
  /** Left out: true. */
  visible: z.boolean().optional(),
  opacity: opacitySchema.optional(),
  transform: transformSchema.optional(),
  frameOfReferenceUID: uidSchema.optional(),
})
export type WorkspaceSegmentation = z.infer<typeof segmentationSchema>
