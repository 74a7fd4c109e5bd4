import * as z from 'zod'

import { isFreeOfCredentials } from './credentials.ts'
import { nameSchema } from './space.ts'

/** A CSS colour, or red, green, blue and perhaps alpha from 0 to 1 in sRGB. */
export const colourSchema = z.union([
  z.string().min(1).max(64),
  z.tuple([z.number(), z.number(), z.number()]),
  z.tuple([z.number(), z.number(), z.number(), z.number()]),
])
export type Colour = z.infer<typeof colourSchema>

/** From `from` to `to`, in the volume's own units (HU for CT), colours go from `colour` to `colourEnd`. */
const colourBandSchema = z.looseObject({
  name: nameSchema.optional(),
  from: z.number(),
  to: z.number(),
  colour: colourSchema,
  colourEnd: colourSchema.optional(),
  disabled: z.boolean().optional(),
})

const urlSchema = z
  .string()
  .max(1024 * 1024)
  .refine(isFreeOfCredentials, 'A URL here must hold no user, password, token, signature or fragment')

/** How values become colours; alpha is the opacity, where volumes are rendered. */
export const colormapSchema = z.discriminatedUnion('kind', [
  /** One that a viewer knows by name, such as `greyscale`. */
  z.looseObject({ kind: z.literal('named'), name: nameSchema }),
  /** From the window's lower to its upper end. */
  z.looseObject({
    kind: z.literal('linear'),
    name: nameSchema.optional(),
    colour: colourSchema,
    colourEnd: colourSchema.optional(),
  }),
  z.looseObject({
    kind: z.literal('materials'),
    name: nameSchema.optional(),
    materials: z.array(colourBandSchema).max(1024),
  }),
  /** An image one pixel high, whose pixels go from the window's lower to its upper end. */
  z.looseObject({
    kind: z.literal('bitmap'),
    name: nameSchema.optional(),
    url: urlSchema.optional(),
    colour: colourSchema.optional(),
    colourEnd: colourSchema.optional(),
  }),
])
export type Colormap = z.infer<typeof colormapSchema>

/** Window centre and width in the volume's own units (PS3.3 C.11.2.1.2). Left out: what the image itself says. */
export const windowSchema = z.looseObject({
  center: z.number(),
  width: z.number().positive(),
  function: z.enum(['linear', 'linear_exact', 'sigmoid']).optional(),
})
