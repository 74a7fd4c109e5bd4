import { GantryError, type Source } from '@gantry/core'

import type { VolumeDescription } from '../formats/description.ts'
import { loadFiles } from '../formats/load/load-files.ts'
import type { LoadProblem } from '../formats/problem.ts'
import { countFiles, filesOf } from '../sources/source-files.ts'
import { isVolume, type Volume, volumeOf } from '../workspace/volume.ts'
import { someOf } from './checks.ts'
import type { Context } from './context.ts'
import { ensureItems, type EnsuredSources, type EnsureSettings } from './ensured.ts'
import { type Loadable, type LoadResult, loadSome } from './load.ts'
import { type OpenSettings, sourcesOf } from './open-share.ts'
import { answer, type CallSettings, inTurn, type Result } from './result.ts'

/** Volumes. */
export interface MedCalls {
  /** DICOM, NIfTI and NRRD, of files, folders and zip archives, recognised by content. */
  loadFromFiles(files: ArrayLike<Loadable>, settings?: CallSettings): Promise<LoadResult<Volume>>
  /** One volume for each image that the source has, or that all sources have which a secret opens. */
  loadFromSource(source: Source | string, settings?: OpenSettings): Promise<LoadResult<Volume>>
  /** Uploads what is missing; one result for each volume, in their order. */
  ensureSources(volumes: readonly Volume[], settings?: EnsureSettings): Promise<EnsuredSources>
  /** Reads the headers of a restored volume: dimensions, spacing, where it lies. */
  describe(volume: Volume, settings?: CallSettings): Promise<Result<VolumeDescription>>
  get(id: string, settings?: CallSettings): Promise<Result<Volume | undefined>>
  getAll(settings?: CallSettings): Promise<Result<Volume[]>>
  destroyAll(settings?: CallSettings & { readonly except?: readonly Volume[] }): Promise<Result<void>>
}

export function medCalls(context: Context): MedCalls {
  const { volumes } = context
  const load = async (files: ArrayLike<Loadable>, settings?: CallSettings) =>
    await loadSome(files, settings, (loaded) => loaded.volumes.map(volumeOf).map((volume) => volumes.add(volume)))
  const loadOne = async (source: Source, settings: CallSettings) => {
    const loaded = await load(
      filesOf(context, source).map(({ input }) => input),
      settings,
    )
    // Of several volumes in one source, none has it for itself.
    const [first, second] = loaded.value ?? []
    if (first !== undefined && second === undefined) first.source = source
    return loaded
  }
  return {
    loadFromFiles: load,
    async loadFromSource(given, settings) {
      const result = await answer(settings, async (own) => {
        const sources = await sourcesOf(context, given, own)
        const progress = inTurn(own, sources.map(countFiles))
        const value: Volume[] = []
        const problems: LoadProblem[] = []
        let first: GantryError | undefined
        for (const [index, source] of sources.entries()) {
          const its = { ...own, onProgress: progress(index) }
          const one = await answer(its, async () => await loadOne(source, its))
          value.push(...(one.value?.value ?? []))
          problems.push(...(one.value?.problems ?? []))
          const error = one.error ?? one.value.error
          if (error?.code === 'cancelled') throw error
          first ??= error
        }
        return { value, problems, first }
      })
      if (result.error !== undefined) return result
      const { value, problems, first } = result.value
      if (value.length > 0) return { value, problems }
      return { error: first ?? new GantryError('invalid', 'The share has no volumes.'), problems }
    },
    ensureSources: async (wanted, settings) =>
      await ensureItems(context, settings, () => someOf(wanted, isVolume, 'a volume')),
    describe: async (volume, settings) =>
      await answer(settings, async (own) => {
        const [known] = someOf(volume, isVolume, 'a volume')
        if (known === undefined) throw new GantryError('invalid', 'There is no volume to be described.')
        known.description ??= await describeFiles(known, own)
        return known.description
      }),
    get: async (id, settings) => await answer(settings, () => volumes.get(id)),
    getAll: async (settings) => await answer(settings, () => volumes.all()),
    destroyAll: async (settings) =>
      await answer(settings, ({ except = [] }) => volumes.clear(someOf(except, isVolume, 'a volume'))),
  }
}

async function describeFiles(volume: Volume, { signal, onProgress }: CallSettings): Promise<VolumeDescription> {
  const inputs = volume.files.map(({ input }) => input)
  const { volumes, problems } = await loadFiles(inputs, {
    newId: () => volume.id,
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  })
  const [description] = volumes
  if (description !== undefined) return description
  const [problem] = problems
  throw new GantryError(problem?.code ?? 'invalid', problem?.message ?? 'The files of the volume hold no image.')
}
