import type { Store } from '@gantry/core'
import { type Call, collect } from '@gantry/core/driver'
import type { HeaderSource } from '@gantry/dicom'

/** Random access to a file within an entry; all reads are of one version of it, or `precondition_failed`. */
export function rangeSource(
  store: Store,
  path: string,
  { start: base, size }: { readonly start: number; readonly size: number },
  call: Call,
): HeaderSource {
  let version: string | undefined
  return {
    size,
    async read(start, end) {
      if (start >= size) return new Uint8Array(0)
      const ref = { path, ...(version !== undefined && { version }) }
      const range = { start: base + start, end: base + Math.min(end, size) }
      const { entry, body } = await store.read(ref, range, call)
      version = entry.version
      return await collect(body, range.end - range.start)
    },
  }
}
