import * as z from 'zod'

import { colormapSchema, windowSchema } from './colour.ts'
import { boxSchema, idSchema, nameSchema, opacitySchema, pointSchema } from './space.ts'

const projectionSchema = z.enum(['axial', 'sagittal', 'coronal', 'oblique', 'default'])

/** Which pane this is, and where it stands. */
const layoutSchema = z.looseObject({
  /** What the pane shows: `slice`, `volume`, `geometry`, or a viewer's own word. */
  type: z.string().max(256).optional(),
  projection: projectionSchema.optional(),
  /** Panes of one page are shown together. */
  page: idSchema.optional(),
  /** In the page's grid, from 0. */
  row: z.int().nonnegative().optional(),
  column: z.int().nonnegative().optional(),
  rows: z.int().positive().optional(),
  columns: z.int().positive().optional(),
})

const cameraSchema = z.looseObject({
  projection: z.enum(['orthographic', 'perspective']).optional(),
  position: pointSchema.optional(),
  target: pointSchema.optional(),
  /** A direction. */
  up: pointSchema.optional(),
  /** Vertical field of view in degrees, of a perspective. */
  angle: z.number().optional(),
  /** 1 shows all of it. */
  zoom: z.number().positive().optional(),
  /** Shift of the picture, in widths and heights of the pane. */
  pan: z.tuple([z.number(), z.number()]).optional(),
})

/** A slice plane; by its offset along the projection's axis (millimetres), or by a position and a normal. */
const slicePlaneSchema = z.looseObject({
  projection: projectionSchema,
  offset: z.number().optional(),
  position: pointSchema.optional(),
  normal: pointSchema.optional(),
  opacity: opacitySchema.optional(),
  /** Left out: true. */
  visible: z.boolean().optional(),
})

/** One pane: what it shows, from where, and how that differs from what the volumes themselves say. */
export const viewSchema = z.looseObject({
  id: idSchema,
  name: nameSchema.optional(),
  layout: layoutSchema.optional(),
  camera: cameraSchema.optional(),
  planes: z.array(slicePlaneSchema).max(1000).optional(),
  window: windowSchema.optional(),
  colormap: colormapSchema.optional(),
  /** What is outside of it is cut away. */
  box: boxSchema.optional(),
  /** Ids of the volumes that it shows, from back to front. Left out: all. */
  volumes: z.array(idSchema).max(1000).optional(),
})
export type WorkspaceView = z.infer<typeof viewSchema>
