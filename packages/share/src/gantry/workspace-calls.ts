import { GantryError, parseWorkspace, type SerializableWorkspace, type Source, type Store } from '@gantry/core'

import { openSources } from '../sources/open-sources.ts'
import { sourceAt } from '../sources/source-at.ts'
import { type Geometry, isGeometry } from '../workspace/geometry.ts'
import { isVolume, type Volume } from '../workspace/volume.ts'
import { Workspace, type WorkspaceState } from '../workspace/workspace.ts'
import { isObject, type Some, someOf } from './checks.ts'
import type { Context } from './context.ts'
import { ensureItems, type EnsuredSources, type EnsureSettings } from './ensured.ts'
import { keptSegmentations, restoreWorkspace } from './restore.ts'
import { answer, type CallSettings, type Result, throwIfAborted } from './result.ts'

export interface NewWorkspace extends Partial<WorkspaceState> {
  /** Default: a random UUID. */
  readonly id?: string
  readonly geometries?: readonly Geometry[]
}

export interface SerializeSettings extends CallSettings {
  /** `null`: without the images. A URL: where they are instead, a DICOMweb series, a file, or a store with the files. */
  readonly medSource?: string | null | undefined
}

/** A workspace, or its id. */
export type WorkspaceHandle = Workspace | string

/** Volumes, geometries and shapes, and the view of them. */
export interface WorkspaceCalls {
  create(volumes?: Some<Volume>, options?: NewWorkspace, settings?: CallSettings): Promise<Result<Workspace>>
  get(id: string, settings?: CallSettings): Promise<Result<Workspace | undefined>>
  getAll(settings?: CallSettings): Promise<Result<Workspace[]>>
  /**
   * Uploads what is missing of all volumes and geometries, each once, and of segmentations that have a source: also what is where
   * only another's share reads it, or what has expired since. The seed's `{ workspaces }` is an alias.
   */
  ensureSources(
    workspaces: Some<WorkspaceHandle> | { readonly workspaces: Some<WorkspaceHandle> },
    settings?: EnsureSettings,
  ): Promise<EnsuredSources>
  /** As JSON, to be kept or shared; what is JSON already, anew. The seed's `{ workspace, medSource }` is an alias. */
  serialize(
    workspaces: Some<WorkspaceHandle | SerializableWorkspace> | SerializeAlias,
    settings?: SerializeSettings,
  ): Promise<Result<SerializableWorkspace[]>>
  /** Workspaces as they were left; bytes are read, and proved, when they are asked for. */
  loadFromSerialization(workspaces: Some<unknown>, settings?: CallSettings): Promise<Result<Workspace[]>>
  /** The seed's name for `loadFromSerialization`. */
  loadFromWorkspace(workspaces: Some<unknown>, settings?: CallSettings): Promise<Result<Workspace[]>>
  /** All files of serialized workspaces as a store, under the names that they had: to be copied elsewhere. */
  openFiles(workspaces: Some<unknown>, settings?: CallSettings): Promise<Result<Store>>
  /** Forgets all workspaces; their volumes and geometries stay. */
  destroyAll(settings?: CallSettings): Promise<Result<void>>
}

/** As older versions of the seed are called. */
export interface SerializeAlias {
  readonly workspace: Some<WorkspaceHandle | SerializableWorkspace>
  readonly medSource?: string | null | undefined
}

export function workspaceCalls(context: Context): WorkspaceCalls {
  const { workspaces } = context
  const loadFromSerialization: WorkspaceCalls['loadFromSerialization'] = async (serialized, settings) =>
    await answer(settings, ({ signal, onProgress }) => {
      const wanted = someOf(serialized, isAnything, 'a serialized workspace')
      // All of them, or none: handles are made known at the end.
      const restored = wanted.map((one, index) => {
        throwIfAborted(signal)
        const workspace = one instanceof Workspace ? one : restoreWorkspace(context, one)
        onProgress?.({ done: index + 1, total: wanted.length })
        return workspace
      })
      throwIfAborted(signal)
      for (const workspace of restored) register(context, workspace)
      return restored
    })
  return {
    create: async (volumes = [], options = {}, settings) =>
      await answer(settings, () => workspaces.add(newWorkspace(volumes, options))),
    get: async (id, settings) => await answer(settings, () => workspaces.get(id)),
    getAll: async (settings) => await answer(settings, () => workspaces.all()),
    ensureSources: async (given, settings) =>
      await ensureItems(context, settings, () => {
        const wanted = isObject(given) && 'workspaces' in given ? given.workspaces : given
        const items = handlesOf(context, wanted).flatMap((workspace) => [
          ...workspace.volumes,
          ...workspace.geometries,
          ...keptSegmentations(context, workspace),
        ])
        // A workspace that came without an image goes on without it.
        return items.filter(({ files, source }) => files.length > 0 || source !== undefined)
      }),
    serialize: async (given, settings) =>
      await answer(settings, async (own) => {
        const alias = isAlias(given) ? given : undefined
        const medSource = alias?.medSource === undefined ? own.medSource : alias.medSource
        const wanted = someOf(alias === undefined ? given : alias.workspace, isAnything, 'a workspace')
        const living = wanted.flatMap((one) =>
          isLive(one) ? handlesOf(context, one) : [restoreWorkspace(context, one)],
        )
        const files = living.flatMap(({ volumes }) => volumes).flatMap((volume) => volume.files)
        const total = files.reduce((sum, { size }) => sum + size, 0)
        let read = 0
        const onBytes = (bytes: number) => {
          read += bytes
          own.onProgress?.({ done: read, total })
        }
        const serialized = await Promise.all(
          living.map(async (one) => await serialize(context, one, { ...own, medSource }, onBytes)),
        )
        if (read === 0) own.onProgress?.({ done: living.length, total: living.length })
        return serialized
      }),
    loadFromSerialization,
    loadFromWorkspace: loadFromSerialization,
    openFiles: async (serialized, settings) =>
      await answer(settings, () => {
        const wanted = someOf(serialized, isAnything, 'a serialized workspace')
        return openSources(
          context,
          wanted.map((one) => parseWorkspace(one)),
        )
      }),
    destroyAll: async (settings) => await answer(settings, () => workspaces.clear()),
  }
}

function newWorkspace(volumes: Some<Volume>, options: NewWorkspace): Workspace {
  if (!isObject(options)) throw new GantryError('invalid', 'The options of a workspace are an object.')
  const { id = crypto.randomUUID(), geometries = [], ...given } = options
  const state = { shapes: [], segmentations: [], views: [], tags: {}, ...given }
  const held = {
    volumes: someOf(volumes, isVolume, 'a volume'),
    geometries: someOf(geometries, isGeometry, 'a geometry'),
  }
  const workspace = new Workspace(id, held.volumes, held.geometries, state)
  parseWorkspace(workspace.serialize(() => null))
  return workspace
}

function register(context: Context, workspace: Workspace): void {
  for (const volume of workspace.volumes) context.volumes.add(volume)
  for (const geometry of workspace.geometries) context.geometries.add(geometry)
  context.workspaces.add(workspace)
}

function handlesOf({ workspaces }: Context, given: unknown): Workspace[] {
  return someOf(given, isLive, 'a workspace').map((one) => {
    const workspace = typeof one === 'string' ? workspaces.get(one) : one
    if (workspace !== undefined) return workspace
    throw new GantryError('not_found', 'There is no workspace of that id.')
  })
}

function isAlias(given: unknown): given is SerializeAlias {
  return isObject(given) && 'workspace' in given
}

function isLive(item: unknown): item is WorkspaceHandle {
  return item instanceof Workspace || typeof item === 'string'
}

function isAnything(item: unknown): item is unknown {
  return item !== undefined
}

async function serialize(
  context: Context,
  workspace: Workspace,
  { medSource, signal }: SerializeSettings,
  onBytes: (bytes: number) => void,
): Promise<SerializableWorkspace> {
  if (medSource !== undefined && medSource !== null && typeof medSource !== 'string') {
    throw new GantryError('invalid', 'medSource is null, or a URL.')
  }
  const elsewhere = new Map<Volume | Geometry, Source>()
  if (typeof medSource === 'string') {
    for (const volume of workspace.volumes) {
      elsewhere.set(
        volume,
        await sourceAt(medSource, volume, { hashing: context.options.platform.hashing, signal, onBytes }),
      )
    }
  }
  const serialized = workspace.serialize((item) => {
    if (medSource === null && isVolume(item)) return null
    const source = elsewhere.get(item) ?? item.source
    if (source !== undefined) return source
    if (item.files.length === 0) return null
    throw new GantryError(
      'precondition_failed',
      'A volume or geometry has no source yet: call ensureSources first, or serialize with medSource: null.',
    )
  })
  // What was set on the workspace since is not trusted to be what others can load.
  return parseWorkspace(serialized)
}
