import { z } from 'zod'

import { invalidJson, type JsonFlaw } from './json-flaw.ts'
import { type ShapeKind, shapePoints } from './shape.ts'
import { type SerializableWorkspace, workspaceSchema } from './workspace.ts'

/** Compiled when it is first needed: three times as fast, where the platform lets code be made (else as it is). */
let compiled: typeof workspaceSchema | undefined

/** The very object that was given, if it is a workspace of the current version; else `invalid`, in `within`. */
export function checkWorkspace(value: unknown, within: readonly PropertyKey[] = []): SerializableWorkspace {
  compiled ??= z.compile(workspaceSchema)
  const fits = compiled.validate(value)
  const flaw = fits ? consistencyFlaw(value) : schemaFlaw(value)
  if (fits && flaw === undefined) return value
  throw invalidJson({
    path: [...within, ...(flaw?.path ?? [])],
    problem: flaw?.problem ?? 'it does not fit the schema',
  })
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
    const ids = new Set<string>()
    for (const [index, { id }] of workspace[list].entries()) {
      if (ids.has(id)) return { path: [list, index, 'id'], problem: 'another one has this id' }
      ids.add(id)
    }
  }
  for (const [index, { kind, points }] of workspace.shapes.entries()) {
    const [least, most]: readonly [number, number] = shapePoints[kind satisfies ShapeKind]
    if (points.length >= least && points.length <= most) continue
    return { path: ['shapes', index, 'points'], problem: `a shape of this kind has ${least} to ${most} points` }
  }
  return undefined
}
