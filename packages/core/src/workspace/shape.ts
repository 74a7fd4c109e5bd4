import * as z from 'zod'

import { colourSchema } from './colour.ts'
import { idSchema, nameSchema, pointSchema, uidSchema } from './space.ts'

/** What a shape can be, and how many points it has, where that is given. */
export const shapePoints = {
  point: [1, 1],
  line: [2, 2],
  /** From its tail to its tip. */
  arrow: [2, 2],
  /** The vertex in the middle; of four points, the angle between two lines. */
  angle: [3, 4],
  rectangle: [4, 4],
  /** The centre, and a point on it. */
  circle: [2, 2],
  /** The ends of the long axis, then of the short one. */
  ellipse: [4, 4],
  text: [1, 1],
  path: [0, Infinity],
  surface: [0, Infinity],
  brush: [0, Infinity],
} as const satisfies Readonly<Record<string, readonly [number, number]>>

export type ShapeKind = keyof typeof shapePoints
export const shapeKinds = Object.keys(shapePoints) as [ShapeKind, ...ShapeKind[]]

/** Something that was drawn or measured. */
export const shapeSchema = z.looseObject({
  id: idSchema,
  kind: z.enum(shapeKinds),
  points: z.array(pointSchema),
  label: nameSchema.optional(),
  author: nameSchema.optional(),
  /** Milliseconds since the epoch. */
  created: z.int().nonnegative().optional(),
  colour: colourSchema.optional(),
  /** Of the slice that it was drawn on. */
  plane: z.looseObject({ position: pointSchema, normal: pointSchema }).optional(),
  /** The instance that it was drawn on. */
  sopInstanceUID: uidSchema.optional(),
  /** Of an instance that has several, counted from 1 as DICOM's Referenced Frame Number is. */
  frame: z.int().positive().optional(),
  frameOfReferenceUID: uidSchema.optional(),
  /** The unit in UCUM, as DICOM writes it: `mm`, `mm2`, `deg`, `[hnsf'U]`. */
  measurement: z.looseObject({ value: z.number(), unit: z.string().max(64), name: nameSchema.optional() }).optional(),
  closed: z.boolean().optional(),
  smooth: z.boolean().optional(),
  annotation: z
    .looseObject({
      text: z.string().optional(),
      position: pointSchema.optional(),
      /** Left out: true. */
      visible: z.boolean().optional(),
    })
    .optional(),
})
export type Shape = z.infer<typeof shapeSchema>
