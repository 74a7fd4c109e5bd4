import * as z from 'zod'

import { colourSchema } from './colour.ts'
import { sourceSchema } from './source.ts'
import { idSchema, nameSchema, opacitySchema, tagsSchema, transformSchema, uidSchema } from './space.ts'

export const geometryFormats = ['stl', 'ply', 'obj', 'gltf', 'glb', 'usdz'] as const

/** How a surface looks, in the terms of glTF's metallic-roughness model. */
const materialSchema = z.looseObject({
  colour: colourSchema.optional(),
  emissive: colourSchema.optional(),
  roughness: z.number().optional(),
  metalness: z.number().optional(),
  wireframe: z.boolean().optional(),
  opacity: opacitySchema.optional(),
})

/** A mesh, and where and how it is shown. */
export const geometrySchema = z.looseObject({
  id: idSchema,
  source: sourceSchema.nullable(),
  name: nameSchema.optional(),
  format: z.enum(geometryFormats).optional(),
  material: materialSchema.optional(),
  transform: transformSchema.optional(),
  /** Left out: true. */
  visible: z.boolean().optional(),
  frameOfReferenceUID: uidSchema.optional(),
  tags: tagsSchema.optional(),
})
export type WorkspaceGeometry = z.infer<typeof geometrySchema>
