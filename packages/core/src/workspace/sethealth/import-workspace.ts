import { checkWorkspace } from '../check-workspace.ts'
import { draftIds } from '../draft/migrate-draft.ts'
import { isPoint } from '../draft/convert-space.ts'
import { invalidJson } from '../json-flaw.ts'
import { migrate } from '../migrate.ts'
import { checkBoundedJson } from '../parse-bounded-json.ts'
import { defined, isRecord, type JsonRecord, mapList } from '../record.ts'
import type { SerializableWorkspace } from '../workspace.ts'
import { keepUnknown, withoutSecretValues } from './keep-unknown.ts'
import type { SethealthSource } from './sethealth-source.ts'

/** What is read of each; everything else is kept in `sethealth`. */
const fields = {
  workspace: ['type', 'id', 'colormap', 'planes', 'box', 'window', 'level', 'shapes', 'geometries', 'tags', 'title'],
  shape: ['type', 'id', 'points', 'closed', 'smooth', 'annotation'],
  annotation: ['enabled', 'position', 'text', 'measurement'],
  geometry: ['id', 'position', 'rotation', 'scale', 'visible', 'material', 'name', 'tags'],
} as const

interface Imported {
  readonly workspace: SerializableWorkspace
  readonly sources: readonly SethealthSource[]
}

/** One workspace, by way of the draft (version 0), whose fields are Sethealth's. */
export function importWorkspace(value: unknown, path: readonly PropertyKey[], views: readonly JsonRecord[]): Imported {
  if (!isRecord(value) || value['type'] !== 'workspace') throw invalidJson({ path, problem: 'it is no workspace' })
  const { id, medSource } = value
  if (typeof id !== 'string') throw invalidJson({ path: [...path, 'id'], problem: 'the id is no text' })
  if (medSource !== undefined && medSource !== null && typeof medSource !== 'string') {
    throw invalidJson({ path: [...path, 'medSource'], problem: 'it is neither a text nor null' })
  }
  const sources: SethealthSource[] = []
  if (typeof medSource === 'string') {
    sources.push({ workspace: id, of: 'volume', id: draftIds.volume, secret: medSource })
  }
  const geometries = withIds(value['geometries'], 'geometry')
  sources.push(...geometrySources(id, geometries))
  const { medSource: _secret, ...rest } = value
  const draft = withoutSecretValues(keepUnknown(rest, fields.workspace)) as JsonRecord
  const migrated = migrate({
    ...draft,
    version: 0,
    source: medSource === undefined ? undefined : null,
    shapes: mapList(withoutSecretValues(withIds(value['shapes'], 'shape')), toDraftShape),
    geometries: mapList(mapList(geometries, withoutSources), toDraftGeometry),
  }) as JsonRecord & { readonly views: readonly JsonRecord[] }
  const document = checkBoundedJson({ ...migrated, views: [...migrated.views, ...views] })
  const workspace = checkWorkspace(document, path)
  return { workspace, sources }
}

function geometrySources(workspace: string, geometries: unknown): SethealthSource[] {
  if (!Array.isArray(geometries)) return []
  return geometries.filter(isRecord).flatMap(({ id, source, urlUSDZ }) => {
    const found = [
      { of: 'geometry' as const, secret: source },
      { of: 'geometry-usdz' as const, secret: urlUSDZ },
    ]
    return found.flatMap(({ of, secret }) =>
      typeof secret === 'string' ? [{ workspace, of, id: String(id), secret }] : [],
    )
  })
}

function withoutSources(value: unknown): unknown {
  if (!isRecord(value)) return value
  const { source: _source, urlUSDZ: _url, ...rest } = value
  return withoutSecretValues(rest)
}

/** With an id for each that has none, or one that another has already. */
function withIds(list: unknown, prefix: string): unknown {
  const taken = new Set<string>()
  return mapList(list, (item, index) => {
    if (!isRecord(item)) return item
    const { id } = item
    const free = typeof id === 'string' && id !== '' && !taken.has(id) ? id : freeId(`${prefix}-${index + 1}`, taken)
    taken.add(free)
    return { ...item, id: free }
  })
}

function freeId(wanted: string, taken: ReadonlySet<string>): string {
  let id = wanted
  while (taken.has(id)) id += "'"
  return id
}

function toDraftShape(value: unknown): unknown {
  if (!isRecord(value)) return value
  const { annotation, ...rest } = keepUnknown(value, fields.shape)
  return defined({ ...rest, annotation: isRecord(annotation) ? toDraftAnnotation(annotation) : annotation })
}

/** A position that is not in space, such as one on the screen, is kept as what it is. */
function toDraftAnnotation(annotation: JsonRecord): JsonRecord {
  const { position } = annotation
  const known = fields.annotation.filter((name) => name !== 'position' || position === undefined || isPoint(position))
  return keepUnknown(annotation, known)
}

/** Where it was put is kept as it was too: order and unit of the rotation are not known for certain. */
function toDraftGeometry(value: unknown): unknown {
  if (!isRecord(value)) return value
  const { type: _type, version: _version, ...rest } = value
  const kept = keepUnknown(rest, fields.geometry)
  const { position, rotation, scale } = value
  const sethealth = isRecord(kept['sethealth']) ? kept['sethealth'] : {}
  return { ...kept, sethealth: defined({ ...sethealth, position, rotation, scale }) }
}
