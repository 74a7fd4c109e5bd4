import * as z from 'zod'

import { invalidJson, type JsonFlaw } from './json-flaw.ts'
import { isRecord } from './record.ts'
import { shapePoints } from './shape.ts'
import { type SerializableWorkspace, workspaceSchema } from './workspace.ts'

/** From so many shapes on, the code that zod can make for them pays for its making. */
const manyShapes = 500
const shapesSchema = workspaceSchema.shape.shapes
let compiledShapes: typeof shapesSchema | undefined

/** The very object that was given, if it is a workspace of the current version; else `invalid`, in `within`. */
export function checkWorkspace(value: unknown, within: readonly PropertyKey[] = []): SerializableWorkspace {
  const fits = fitsSchema(value)
  const flaw = fits ? consistencyFlaw(value) : schemaFlaw(value)
  if (fits && flaw === undefined) return value
  throw invalidJson({
    path: [...within, ...(flaw?.path ?? [])],
    problem: flaw?.problem ?? 'it does not fit the schema',
  })
}

function fitsSchema(value: unknown): value is SerializableWorkspace {
  if (!isRecord(value)) return false
  const { shapes } = value
  if (!Array.isArray(shapes) || shapes.length < manyShapes) return workspaceSchema.validate(value)
  compiledShapes ??= z.compile(shapesSchema)
  return workspaceSchema.validate({ ...value, shapes: [] }) && compiledShapes.validate(shapes)
}

function schemaFlaw(value: unknown): JsonFlaw | undefined {
  // One flaw is told, so the search ends with it: a hundred thousand wrong shapes would be as many issues.
  const context: z.core.ParseContextInternal<z.core.$ZodIssue> = { abortEarly: true }
  const issue = workspaceSchema.safeParse(value, context).error?.issues[0]
  // The messages tell what the schema expects, never what was found but for its type.
  return issue === undefined ? undefined : { path: issue.path, problem: issue.message }
}

/** What a schema cannot say: ids that are unique, and points that fit their shape. */
function consistencyFlaw(workspace: SerializableWorkspace): JsonFlaw | undefined {
  for (const list of ['volumes', 'geometries', 'shapes', 'segmentations', 'views'] as const) {
    const index = repeatedId(workspace[list])
    if (index >= 0) return { path: [list, index, 'id'], problem: 'another one has this id' }
  }
  const index = workspace.shapes.findIndex(({ kind, points }) => {
    const [least, most] = shapePoints[kind]
    return points.length < least || points.length > most
  })
  const shape = workspace.shapes[index]
  if (shape === undefined) return undefined
  const [least, most] = shapePoints[shape.kind]
  return { path: ['shapes', index, 'points'], problem: `a shape of this kind has ${least} to ${most} points` }
}

/** Index of the first item whose id another has before it, or -1. */
function repeatedId(items: readonly { readonly id: string }[]): number {
  const ids = new Set<string>()
  return items.findIndex(({ id }) => ids.size === ids.add(id).size)
}
