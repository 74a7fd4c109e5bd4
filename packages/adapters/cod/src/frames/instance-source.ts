import { type Call, collect } from '@gantry/core/driver'
import type { HeaderSource } from '@gantry/dicom'

import type { Cod } from '../cod-parts.ts'
import { pathsOf, type SeriesName } from '../series/series-name.ts'

/** Random access to a file within a tar; all reads are of one version of the tar, or `precondition_failed`. */
export function instanceSource(
  { store }: Cod,
  name: SeriesName,
  { start: base, size }: { readonly start: number; readonly size: number },
  call: Call,
): HeaderSource {
  let version: string | undefined
  return {
    size,
    async read(start, end) {
      if (start >= size) return new Uint8Array(0)
      const ref = { path: pathsOf(name).tar, ...(version !== undefined && { version }) }
      const range = { start: base + start, end: base + Math.min(end, size) }
      const { entry, body } = await store.read(ref, range, call)
      version = entry.version
      return await collect(body, range.end - range.start)
    },
  }
}
