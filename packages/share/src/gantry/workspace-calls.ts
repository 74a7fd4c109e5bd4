import { GantryError, parseWorkspace, type SerializableWorkspace, type Source, type Store } from '@gantry/core'

import { openSources } from '../sources/open-sources.ts'
import { sourceAt } from '../sources/source-at.ts'
import { filesOf } from '../sources/source-files.ts'
import { Geometry } from '../workspace/geometry.ts'
import { Volume } from '../workspace/volume.ts'
import { Workspace, type WorkspaceState } from '../workspace/workspace.ts'
import type { Context } from './context.ts'
import { ensureItems, type EnsuredSources } from './ensured.ts'
import { guarded } from './med-calls.ts'
import { callOf, type CallSettings, type Result, resultOf, throwIfAborted } from './result.ts'

export interface NewWorkspace extends Partial<WorkspaceState> {
  /** Default: a random UUID. */
  readonly id?: string
  readonly geometries?: readonly Geometry[]
}

export interface SerializeSettings extends CallSettings {
  /** `null`: without the images. A URL: where they are instead, a DICOMweb series, a file, or a store with the files. */
  readonly medSource?: string | null
}

/** One, or several. */
type Some<Item> = Item | readonly Item[]

/** Volumes, geometries and shapes, and the view of them. */
export interface WorkspaceCalls {
  create(volumes?: Some<Volume>, options?: NewWorkspace): Promise<Result<Workspace>>
  get(id: string): Promise<Result<Workspace | undefined>>
  getAll(): Promise<Result<Workspace[]>>
  /** Uploads what is missing of all volumes and geometries, each once. The seed's `{ workspaces }` is an alias. */
  ensureSources(
    workspaces: Some<Workspace> | { readonly workspaces: Some<Workspace> },
    settings?: CallSettings,
  ): Promise<EnsuredSources>
  /** As JSON, to be kept or shared. The seed's `{ workspace, medSource }` is an alias. */
  serialize(
    workspaces: Some<Workspace> | { readonly workspace: Some<Workspace>; readonly medSource?: string | null },
    settings?: SerializeSettings,
  ): Promise<Result<SerializableWorkspace[]>>
  /** Workspaces as they were left; bytes are read, and proved, when they are asked for. */
  loadFromSerialization(workspaces: Some<unknown>, settings?: CallSettings): Promise<Result<Workspace[]>>
  /** The seed's name for `loadFromSerialization`. */
  loadFromWorkspace(workspaces: Some<unknown>, settings?: CallSettings): Promise<Result<Workspace[]>>
  /** All files of serialized workspaces as a store, under the names that they had: to be copied elsewhere. */
  openFiles(workspaces: Some<unknown>, settings?: CallSettings): Promise<Result<Store>>
  /** Forgets all workspaces; their volumes and geometries stay. */
  destroyAll(): Promise<Result<void>>
}

export function workspaceCalls(context: Context): WorkspaceCalls {
  const { workspaces } = context
  const loadFromSerialization: WorkspaceCalls['loadFromSerialization'] = async (serialized, settings = {}) =>
    await resultOf(async () => {
      const loaded: Workspace[] = []
      const wanted = listOf(serialized)
      for (const one of wanted) {
        throwIfAborted(settings.signal)
        loaded.push(one instanceof Workspace ? one : await restore(context, parseWorkspace(one), settings))
        settings.onProgress?.({ done: loaded.length, total: wanted.length })
      }
      return loaded
    })
  return {
    create: async (volumes, options = {}) =>
      await resultOf(async () => {
        const { id = crypto.randomUUID(), geometries = [], ...state } = options
        const workspace = new Workspace(id, listOf(volumes), geometries, {
          shapes: [],
          segmentations: [],
          views: [],
          tags: {},
          ...state,
        })
        return workspaces.add(workspace)
      }),
    get: async (id) => await resultOf(async () => workspaces.get(id)),
    getAll: async () => await resultOf(async () => workspaces.all()),
    ensureSources: async (given, settings = {}) =>
      await guarded(async () => {
        const wanted = 'workspaces' in given ? given.workspaces : given
        const items = listOf(wanted).flatMap((workspace) => [...workspace.volumes, ...workspace.geometries])
        return await ensureItems(context, items, settings)
      }),
    serialize: async (given, settings = {}) =>
      await resultOf(async () => {
        const seed = 'workspace' in given ? given : undefined
        const wanted = listOf('workspace' in given ? given.workspace : given)
        const medSource = seed?.medSource === undefined ? settings.medSource : seed.medSource
        return await Promise.all(wanted.map(async (one) => await serialize(context, one, { ...settings, medSource })))
      }),
    loadFromSerialization,
    loadFromWorkspace: loadFromSerialization,
    openFiles: async (serialized, settings = {}) =>
      await resultOf(async () => {
        const parsed = listOf(serialized).map((one) => parseWorkspace(one))
        return await openSources(context, parsed, callOf(settings))
      }),
    destroyAll: async () => await resultOf(async () => workspaces.clear()),
  }
}

function listOf<Item>(some: Some<Item> | undefined): readonly Item[] {
  if (some === undefined) return []
  return Array.isArray(some) ? (some as readonly Item[]) : [some as Item]
}

async function serialize(
  context: Context,
  workspace: Workspace,
  settings: CallSettings & { readonly medSource?: string | null | undefined },
): Promise<SerializableWorkspace> {
  const { medSource } = settings
  const elsewhere = new Map<Volume, Source>()
  if (typeof medSource === 'string') {
    for (const volume of workspace.volumes) {
      elsewhere.set(volume, await sourceAt(medSource, volume, context.options.platform.hashing, settings.signal))
    }
  }
  return workspace.serialize((item) => {
    if (item instanceof Volume && medSource === null) return null
    const source = (item instanceof Volume ? elsewhere.get(item) : undefined) ?? item.source
    if (source !== undefined) return source
    throw new GantryError(
      'precondition_failed',
      'A volume or geometry has no source yet: call ensureSources first, or serialize with medSource: null.',
    )
  })
}

async function restore(context: Context, json: SerializableWorkspace, settings: CallSettings): Promise<Workspace> {
  const { type: _, id, version: __, volumes, geometries, ...state } = json
  const call = callOf(settings)
  const restoredVolumes = await Promise.all(
    volumes.map(async (volume) => {
      const files = volume.source === null ? [] : await filesOrNone(context, volume.source, call)
      return context.volumes.add(new Volume(files, volume))
    }),
  )
  const restoredGeometries = await Promise.all(
    geometries.map(async (geometry) => {
      const files = geometry.source === null ? [] : await filesOrNone(context, geometry.source, call)
      return context.geometries.add(new Geometry(files, geometry))
    }),
  )
  return context.workspaces.add(new Workspace(id, restoredVolumes, restoredGeometries, state))
}

/** What is on a DICOMweb server stays there: a viewer that speaks it opens it by the source. */
async function filesOrNone(context: Context, source: Source, call: ReturnType<typeof callOf>) {
  return source.kind === 'dicomweb' ? [] : await filesOf(context, source, call)
}
