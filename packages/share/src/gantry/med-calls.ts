import { GantryError, type Source, sourceSchema } from '@gantry/core'

import type { VolumeDescription } from '../formats/description.ts'
import { loadFiles } from '../formats/load/load-files.ts'
import { filesOf } from '../sources/source-files.ts'
import { Volume, volumeOf } from '../workspace/volume.ts'
import type { Context } from './context.ts'
import { ensureItems, type EnsuredSources } from './ensured.ts'
import { type Loadable, type LoadResult, loadSome } from './load.ts'
import { callOf, type CallSettings, type Result, resultOf } from './result.ts'

/** Volumes. */
export interface MedCalls {
  /** DICOM, NIfTI and NRRD, of files, folders and zip archives, recognised by content. */
  loadFromFiles(files: ArrayLike<Loadable>, settings?: CallSettings): Promise<LoadResult<Volume>>
  /** One volume for each image that the source has. */
  loadFromSource(source: Source, settings?: CallSettings): Promise<LoadResult<Volume>>
  /** Uploads what is missing; one result for each volume, in their order. */
  ensureSources(volumes: readonly Volume[], settings?: CallSettings): Promise<EnsuredSources>
  /** Reads the headers of a restored volume: dimensions, spacing, where it lies. */
  describe(volume: Volume, settings?: CallSettings): Promise<Result<VolumeDescription>>
  get(id: string): Promise<Result<Volume | undefined>>
  getAll(): Promise<Result<Volume[]>>
  destroyAll(settings?: { readonly except?: readonly Volume[] }): Promise<Result<void>>
}

export function medCalls(context: Context): MedCalls {
  const { volumes } = context
  const load = async (files: ArrayLike<Loadable>, settings: CallSettings = {}) =>
    await loadSome(files, settings, (loaded) => loaded.volumes.map(volumeOf).map((volume) => volumes.add(volume)))
  return {
    loadFromFiles: load,
    async loadFromSource(source, settings = {}) {
      const files = await resultOf(async () => await filesOf(context, checkSource(source), callOf(settings)))
      if (files.error !== undefined) return files
      const loaded = await load(
        files.value.map(({ input }) => input),
        settings,
      )
      // Of several volumes in one source, none has it for itself.
      const [first, second] = loaded.value ?? []
      if (first !== undefined && second === undefined) first.source = source
      return loaded
    },
    ensureSources: async (wanted, settings = {}) =>
      await guarded(async () => await ensureItems(context, wanted, settings)),
    describe: async (volume, settings = {}) =>
      await resultOf(async () => {
        volume.description ??= await describeFiles(volume, settings)
        return volume.description
      }),
    get: async (id) => await resultOf(async () => volumes.get(id)),
    getAll: async () => await resultOf(async () => volumes.all()),
    destroyAll: async (settings = {}) => await resultOf(async () => volumes.clear(settings.except)),
  }
}

/** What threw before any of it was done. */
export async function guarded(work: () => Promise<EnsuredSources>): Promise<EnsuredSources> {
  const result = await resultOf(work)
  return result.error === undefined ? result.value : result
}

export function checkSource(source: unknown): Source {
  const parsed = sourceSchema.safeParse(source)
  if (parsed.success) return parsed.data
  throw new GantryError('invalid', 'This is no source of a workspace.', { cause: parsed.error })
}

async function describeFiles(volume: Volume, { signal }: CallSettings): Promise<VolumeDescription> {
  const inputs = volume.files.map(({ input }) => input)
  const { volumes, problems } = await loadFiles(inputs, { newId: () => volume.id, ...(signal && { signal }) })
  const [description] = volumes
  if (description !== undefined) return description
  const [problem] = problems
  throw new GantryError(problem?.code ?? 'invalid', problem?.message ?? 'The files of the volume hold no image.')
}
