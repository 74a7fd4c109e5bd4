import {
  collect,
  isGantryError,
  jsonLimits,
  parseBoundedJson,
  parseWorkspace,
  type SerializableWorkspace,
  type Source,
  type Store,
} from '@gantry/core'

import { besideJson } from './restored-workspaces.ts'

/** What `gantry open` has written: the name that it takes, or the next one. */
const workspaceName = /^workspace(?:-\d+)?\.json$/u

/** Workspaces that lie beside the files that they name. */
export interface WorkspacesBeside {
  /** Their file, among all that is shared. */
  readonly name: string
  readonly workspaces: readonly SerializableWorkspace[]
  /** Files that they name, among all that is shared. */
  readonly files: ReadonlySet<string>
}

export interface Beside {
  readonly store: Store
  /** What the sources are to say for the store. */
  readonly url: string
  /** What names of the store's files begin with among all that is shared. */
  readonly base: string
  /** All that is shared. */
  readonly names: ReadonlySet<string>
}

export function mayBeWorkspace(path: string): boolean {
  return workspaceName.test(path)
}

/** `undefined` for any other JSON, for workspaces of a later Gantry, and for those that name what is not shared, or is not there. */
export async function workspacesAt(
  path: string,
  beside: Beside,
  signal: AbortSignal,
): Promise<WorkspacesBeside | undefined> {
  const files = new Set<string>()
  const { base, names } = beside
  try {
    const { body } = await beside.store.read(path, undefined, { signal })
    const state = parseBoundedJson(new TextDecoder().decode(await collect(body, jsonLimits.text)))
    const workspaces = (Array.isArray(state) ? (state as unknown[]) : [state]).map((one) => parseWorkspace(one))
    const placed = workspaces.map((workspace) => ({
      ...workspace,
      volumes: workspace.volumes.map((item) => ({ ...item, source: placeOf(item.source, beside, files) })),
      geometries: workspace.geometries.map((item) => ({ ...item, source: placeOf(item.source, beside, files) })),
      segmentations: workspace.segmentations.map((item) => ({ ...item, source: placeOf(item.source, beside, files) })),
    }))
    const whole = files.size > 0 && [...files].every((name) => names.has(name))
    return whole ? { name: base + path, workspaces: placed, files } : undefined
  } catch (error) {
    // One of a later Gantry is left out as any other file is: the images can be shared without it.
    if (isGantryError(error) && (error.code === 'invalid' || error.code === 'unsupported')) return undefined
    throw error
  }
}

function placeOf(source: Source | null, { url, base }: Beside, files: Set<string>): Source | null {
  if (source?.kind !== 'entries' || source.store !== besideJson) return source
  const entries = source.entries.map((entry) => ({ ...entry, name: base + entry.path }))
  for (const { name } of entries) files.add(name)
  return { ...source, store: url, entries }
}
