import type { Call } from '@gantry/core/driver'
import type { HeaderSource } from '@gantry/dicom'

import type { Cod } from '../cod-parts.ts'
import { pathsOf, type SeriesName } from '../series/series-name.ts'
import { rangeSource } from './range-source.ts'

/** Random access to a file within a tar; all reads are of one version of the tar, or `precondition_failed`. */
export function instanceSource(
  { store }: Cod,
  name: SeriesName,
  place: { readonly start: number; readonly size: number },
  call: Call,
): HeaderSource {
  return rangeSource(store, pathsOf(name).tar, place, call)
}
