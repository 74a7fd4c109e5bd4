import { GantryError, type Source } from '@gantry/core'

import { filesOf } from '../sources/source-files.ts'
import { type Geometry, geometryOf } from '../workspace/geometry.ts'
import type { Context } from './context.ts'
import { ensureItems, type EnsuredSources } from './ensured.ts'
import { type Loadable, type LoadResult, loadSome } from './load.ts'
import { checkSource, guarded } from './med-calls.ts'
import { callOf, type CallSettings, type Result, resultOf } from './result.ts'

/** Meshes. */
export interface GeometryCalls {
  /** STL, PLY, OBJ, glTF and GLB, recognised by content. */
  loadFromFiles(files: ArrayLike<Loadable>, settings?: CallSettings): Promise<LoadResult<Geometry>>
  loadFromSource(source: Source, settings?: CallSettings): Promise<Result<Geometry>>
  /** Uploads what is missing; one result for each geometry, in their order. */
  ensureSources(geometries: readonly Geometry[], settings?: CallSettings): Promise<EnsuredSources>
  get(id: string): Promise<Result<Geometry | undefined>>
  getAll(): Promise<Result<Geometry[]>>
  destroyAll(settings?: { readonly except?: readonly Geometry[] }): Promise<Result<void>>
}

export function geometryCalls(context: Context): GeometryCalls {
  const { geometries } = context
  const load = async (files: ArrayLike<Loadable>, settings: CallSettings = {}) =>
    await loadSome(files, settings, (loaded) => loaded.geometries.map(geometryOf).map((one) => geometries.add(one)))
  return {
    loadFromFiles: load,
    loadFromSource: async (source, settings = {}) =>
      await resultOf(async () => {
        const files = await filesOf(context, checkSource(source), callOf(settings))
        const loaded = await load(
          files.map(({ input }) => input),
          settings,
        )
        if (loaded.error !== undefined) throw loaded.error
        const [geometry] = loaded.value
        if (geometry === undefined) throw new GantryError('invalid', 'The source holds no geometry.')
        geometry.source = source
        return geometry
      }),
    ensureSources: async (wanted, settings = {}) =>
      await guarded(async () => await ensureItems(context, wanted, settings)),
    get: async (id) => await resultOf(async () => geometries.get(id)),
    getAll: async () => await resultOf(async () => geometries.all()),
    destroyAll: async (settings = {}) => await resultOf(async () => geometries.clear(settings.except)),
  }
}
