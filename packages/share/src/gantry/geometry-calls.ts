import { GantryError, type Source } from '@gantry/core'

import type { LoadedFiles } from '../formats/load/load-files.ts'
import { countFiles, filesOf } from '../sources/source-files.ts'
import { Geometry, geometryOf, isGeometry } from '../workspace/geometry.ts'
import { isObject, someOf } from './checks.ts'
import type { Context } from './context.ts'
import { ensureItems, type EnsuredSources, type EnsureSettings } from './ensured.ts'
import { type Loadable, type LoadResult, loadSome } from './load.ts'
import { type OpenSettings, sourcesOf } from './open-share.ts'
import { restoreGeometries } from './restore.ts'
import { answer, type CallSettings, inTurn, type Result } from './result.ts'

/** Meshes. */
export interface GeometryCalls {
  /** STL, PLY, OBJ, glTF and GLB, recognised by content. */
  loadFromFiles(files: ArrayLike<Loadable>, settings?: CallSettings): Promise<LoadResult<Geometry>>
  /** The first geometry of the source, or of the sources that a secret opens. */
  loadFromSource(source: Source | string, settings?: OpenSettings): Promise<Result<Geometry>>
  /** Uploads what is missing; one result for each geometry, in their order. */
  ensureSources(geometries: readonly Geometry[], settings?: EnsureSettings): Promise<EnsuredSources>
  /** Geometries as a serialized workspace has them; handles stay what they are. */
  loadFromSerialization(geometries: readonly unknown[], settings?: CallSettings): Promise<Result<Geometry[]>>
  get(id: string, settings?: CallSettings): Promise<Result<Geometry | undefined>>
  getAll(settings?: CallSettings): Promise<Result<Geometry[]>>
  destroyAll(settings?: CallSettings & { readonly except?: readonly Geometry[] }): Promise<Result<void>>
}

export function geometryCalls(context: Context): GeometryCalls {
  const { geometries } = context
  const load = async (files: ArrayLike<Loadable>, settings?: CallSettings, most = Infinity) =>
    await loadSome(files, settings, (loaded: LoadedFiles) =>
      loaded.geometries.slice(0, most).map((description) => geometries.add(geometryOf(description))),
    )
  return {
    loadFromFiles: async (files, settings) => await load(files, settings),
    loadFromSource: async (given, settings) =>
      await answer(settings, async (own) => {
        let error: GantryError | undefined
        const sources = await sourcesOf(context, given, own)
        const progress = inTurn(own, sources.map(countFiles))
        for (const [index, source] of sources.entries()) {
          const files = source.kind === 'dicomweb' && typeof given === 'string' ? [] : filesOf(context, source)
          const inputs = files.map(({ input }) => input)
          const loaded = await load(inputs, { ...own, onProgress: progress(index) }, 1)
          if (loaded.error?.code === 'cancelled') throw loaded.error
          error ??= loaded.error
          const [geometry] = loaded.value ?? []
          if (geometry === undefined) continue
          geometry.source = source
          return geometry
        }
        throw error ?? new GantryError('invalid', 'The source holds no geometry.')
      }),
    ensureSources: async (wanted, settings) =>
      await ensureItems(context, settings, () => someOf(wanted, isGeometry, 'a geometry')),
    loadFromSerialization: async (given, settings) =>
      await answer(settings, () => {
        const serialized = someOf(given, isObject, 'a serialized geometry')
        const restored = restoreGeometries(
          context,
          serialized.filter((one) => !(one instanceof Geometry)),
        ).values()
        return serialized.map((one) =>
          one instanceof Geometry ? one : geometries.add(restored.next().value as Geometry),
        )
      }),
    get: async (id, settings) => await answer(settings, () => geometries.get(id)),
    getAll: async (settings) => await answer(settings, () => geometries.all()),
    destroyAll: async (settings) =>
      await answer(settings, ({ except = [] }) => geometries.clear(someOf(except, isGeometry, 'a geometry'))),
  }
}
