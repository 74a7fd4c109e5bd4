import * as z from 'zod'

import { geometrySchema } from './geometry.ts'
import { workspaceLimits } from './limits.ts'
import { segmentationSchema } from './segmentation.ts'
import { shapeSchema } from './shape.ts'
import { idSchema, nameSchema, tagsSchema } from './space.ts'
import { viewSchema } from './view.ts'
import { volumeSchema } from './volume.ts'

/** The version of the format that is written here. Fields may be added within it; nothing else may change. */
export const workspaceVersion = 1

/**
 * Volumes, geometries and shapes, and the view of them, as people left it. Unknown fields are kept at every level.
 *
 * Holds no defaults and changes nothing, so that what passes is what was there.
 */
export const workspaceSchema = z.looseObject({
  type: z.literal('workspace'),
  id: idSchema,
  version: z.literal(workspaceVersion),
  title: nameSchema.optional(),
  volumes: z.array(volumeSchema).max(workspaceLimits.volumes),
  geometries: z.array(geometrySchema).max(workspaceLimits.geometries),
  shapes: z.array(shapeSchema).max(workspaceLimits.shapes),
  segmentations: z.array(segmentationSchema).max(workspaceLimits.segmentations),
  views: z.array(viewSchema).max(workspaceLimits.views),
  tags: tagsSchema,
})

/** A workspace as `workspaceSchema` checks it. */
export type SerializableWorkspace = z.infer<typeof workspaceSchema>
