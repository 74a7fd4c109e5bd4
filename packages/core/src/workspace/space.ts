import * as z from 'zod'

/** `[x, y, z]` in LPS: to the patient's left, to the back, to the head; millimetres where it is a place. */
export const pointSchema = z.tuple([z.number(), z.number(), z.number()])
export type Point = z.infer<typeof pointSchema>

const n = z.number()

/**
 * A 4x4 matrix, row by row, which moves points from an object's own coordinates to those of the workspace, both LPS in
 * millimetres; as the Frame of Reference Transformation Matrix (PS3.3 C.20.2.1.1) is written. Left out: identity.
 */
export const transformSchema = z.tuple([n, n, n, n, n, n, n, n, n, n, n, n, n, n, n, n])
export type Transform = z.infer<typeof transformSchema>

/** Two corners of a box along the axes, LPS in millimetres. */
export const boxSchema = z.looseObject({ min: pointSchema, max: pointSchema })

/** A UID (PS3.5 9.1). */
export const uidSchema = z.string().regex(/^[0-9.]{1,64}$/u, 'A UID consists of at most 64 digits and dots')

/** Unique among its kind in a workspace. */
export const idSchema = z.string().min(1).max(256)

/** From 0, which cannot be seen, to 1. */
export const opacitySchema = z.number().min(0).max(1)

/** Free text with a purpose: a name, a label, a title. */
export const nameSchema = z.string().max(4096)

/** Words of whoever made the workspace; nothing here reads them. */
export const tagsSchema = z.record(z.string(), z.string())
