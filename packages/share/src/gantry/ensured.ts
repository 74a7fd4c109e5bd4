import type { GantryError, Source } from '@gantry/core'

import { type Ensured, ensureSources } from '../sources/ensure-sources.ts'
import type { Geometry } from '../workspace/geometry.ts'
import { Volume } from '../workspace/volume.ts'
import type { Context } from './context.ts'
import type { CallSettings, Result } from './result.ts'

/** What became of one volume or geometry. */
export interface EnsureSourcesResult {
  readonly type: 'med' | 'geometry'
  readonly id: string
  readonly source: Source
  /** `false`: it had a source, or equal contents were there. */
  readonly uploaded: boolean
  /** Bytes of plaintext whose ciphertext was sent. */
  readonly bytes: number
}

/** What `ensureSources` answers; with an error, `partial` is what succeeded nevertheless. */
export type EnsuredSources = Result<EnsureSourcesResult[]> & { readonly partial?: readonly EnsureSourcesResult[] }

/** Ensures the sources of volumes and geometries, each once, and gives them to their handles. */
export async function ensureItems(
  context: Context,
  items: readonly (Volume | Geometry)[],
  settings: CallSettings,
): Promise<EnsuredSources> {
  const ensured = await ensureSources(context, [...new Set(items)], settings)
  const results: EnsureSourcesResult[] = []
  let error: GantryError | undefined
  for (const one of ensured) {
    if (one.error !== undefined) error ??= one.error
    else results.push(accept(one))
  }
  return error === undefined ? { value: results } : { error, partial: results }
}

function accept({
  item,
  source,
  uploaded,
  bytes,
}: Extract<Ensured<Volume | Geometry>, { source: Source }>): EnsureSourcesResult {
  item.source = source
  return { type: item instanceof Volume ? 'med' : 'geometry', id: item.id, source, uploaded, bytes }
}
