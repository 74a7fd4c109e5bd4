import type { GantryError, Source } from '@gantry/core'

import { type Ensured, ensureSources } from '../sources/ensure-sources.ts'
import { objectsOf } from '../sources/objects-of.ts'
import type { Geometry } from '../workspace/geometry.ts'
import { KeptSegmentation } from '../workspace/kept-segmentation.ts'
import { Volume } from '../workspace/volume.ts'
import type { Context } from './context.ts'
import { answer, callOf, type CallSettings, type Result } from './result.ts'

export interface EnsureSettings extends CallSettings {
  /** `false` keeps the objects for good; default: until the hub's time for what no share names is over. */
  readonly temporary?: boolean | undefined
}

/** What became of one volume, geometry or segmentation. */
export interface EnsureSourcesResult {
  readonly type: 'med' | 'geometry' | 'segmentation'
  readonly id: string
  readonly source: Source
  /** `false`: it had a source that others can read, or equal contents were there. */
  readonly uploaded: boolean
  /** Plaintext of the objects that were sent; of one that went on from an earlier call, all of it. */
  readonly bytes: number
}

/** What `ensureSources` answers; with an error, `partial` is what succeeded nevertheless. */
export type EnsuredSources = Result<EnsureSourcesResult[]> & { readonly partial?: readonly EnsureSourcesResult[] }

/** What has a source, or is to have one. */
type Ensurable = Volume | Geometry | KeptSegmentation

/** Ensures the sources of volumes, geometries and segmentations, each once, and gives them to their handles. */
export async function ensureItems(
  context: Context,
  settings: EnsureSettings | undefined,
  pick: () => readonly Ensurable[],
): Promise<EnsuredSources> {
  const result = await answer(settings, async (own) => {
    const ensured = await ensureSources(context, [...new Set(pick())], own)
    const partial: EnsureSourcesResult[] = []
    let error: GantryError | undefined
    for (const one of ensured) {
      if (one.error !== undefined) error ??= one.error
      else partial.push(accept(one))
    }
    if (own.temporary === false) await keepForGood(context, partial, own)
    return { error, partial }
  })
  if (result.error !== undefined) return result
  const { error, partial } = result.value
  return error === undefined ? { value: partial } : { error, partial }
}

/** Claims the objects of sources, so that they outlast the time that unclaimed ones have. */
export async function keepForGood(
  context: Context,
  sources: readonly { readonly source: Source }[],
  settings: CallSettings,
): Promise<void> {
  const { keeper } = context
  const paths = objectsOf(
    keeper.store.url,
    sources.map(({ source }) => source),
  )
  if (paths.length > 0) await keeper.lock(paths, callOf(settings))
}

function accept({
  item,
  source,
  uploaded,
  bytes,
}: Extract<Ensured<Ensurable>, { source: Source }>): EnsureSourcesResult {
  item.source = source
  return { type: typeOf(item), id: item.id, source, uploaded, bytes }
}

function typeOf(item: Ensurable): EnsureSourcesResult['type'] {
  if (item instanceof KeptSegmentation) return 'segmentation'
  return item instanceof Volume ? 'med' : 'geometry'
}
