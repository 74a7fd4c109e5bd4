import { invalidJson } from '../json-flaw.ts'
import { checkBoundedJson, parseBoundedJson } from '../parse-bounded-json.ts'
import { isRecord } from '../record.ts'
import type { SerializableWorkspace } from '../workspace.ts'
import { importViews } from './import-views.ts'
import { importWorkspace } from './import-workspace.ts'
import type { SethealthSource } from './sethealth-source.ts'

/** What Sethealth's JSON becomes. */
export interface SethealthImport {
  readonly workspaces: readonly SerializableWorkspace[]
  readonly sources: readonly SethealthSource[]
}

/** The version of OpenViewHealth's envelope. */
const envelopeVersion = 3

/**
 * Workspaces from Sethealth's JSON, as text or parsed: one SerializableWorkspace, a list of them, or the envelope
 * `{ version: 3, workspaces, views }` of its reference viewer.
 *
 * Volumes and geometries come without a source; the secrets that they had are in `sources`. What has no place in a
 * workspace of ours is kept in fields called `sethealth`, without whatever could be a secret.
 *
 * Assumed, because it is not published: coordinates are millimetres in LPS; a geometry's rotation is in radians, in the
 * order that three.js calls `XYZ`, after its scale and before its position; colours with a component over 1 count to 255;
 * a plane's `z` is its offset in millimetres; `window` is a width and `level` a centre. A geometry's original position,
 * rotation and scale are kept in `sethealth`.
 */
export function importSethealth(json: unknown): SethealthImport {
  const document = typeof json === 'string' ? parseBoundedJson(json) : checkBoundedJson(json)
  if (Array.isArray(document)) return importAll(document, [], [])
  if (!isRecord(document) || !('workspaces' in document)) return importAll([document], undefined, [])
  const { version, workspaces, views = [] } = document
  if (version !== envelopeVersion) {
    throw invalidJson({ path: ['version'], problem: `only envelopes of version ${envelopeVersion} are known` })
  }
  if (!Array.isArray(workspaces)) throw invalidJson({ path: ['workspaces'], problem: 'it is no list' })
  return importAll(workspaces, ['workspaces'], importViews(views))
}

function importAll(
  documents: readonly unknown[],
  path: readonly PropertyKey[] | undefined,
  views: ReturnType<typeof importViews>,
): SethealthImport {
  const imported = documents.map((document, index) => {
    const id = isRecord(document) ? document['id'] : undefined
    // A pane that names no workspace shows the first.
    const own = views.filter(({ workspaces }) =>
      workspaces.length === 0 ? index === 0 : workspaces.some((workspace) => workspace === id),
    )
    const where = path === undefined ? [] : [...path, index]
    return importWorkspace(
      document,
      where,
      own.map(({ view }) => view),
    )
  })
  return {
    workspaces: imported.map(({ workspace }) => workspace),
    sources: imported.flatMap(({ sources }) => sources),
  }
}
