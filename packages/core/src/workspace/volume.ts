import * as z from 'zod'

import { colormapSchema, windowSchema } from './colour.ts'
import { sourceSchema } from './source.ts'
import { idSchema, nameSchema, opacitySchema, transformSchema, uidSchema } from './space.ts'

export const volumeFormats = ['dicom', 'nifti', 'nrrd'] as const

/** An image, and how it is looked at. `source` is `null` where the workspace goes without the image. */
export const volumeSchema = z.looseObject({
  id: idSchema,
  source: sourceSchema.nullable(),
  name: nameSchema.optional(),
  /** (0008,0060). */
  modality: z.string().max(16).optional(),
  format: z.enum(volumeFormats).optional(),
  window: windowSchema.optional(),
  colormap: colormapSchema.optional(),
  opacity: opacitySchema.optional(),
  transform: transformSchema.optional(),
  frameOfReferenceUID: uidSchema.optional(),
})
export type WorkspaceVolume = z.infer<typeof volumeSchema>
