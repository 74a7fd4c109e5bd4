import type { Upload } from '@gantry/core'

/** Of a write that was not an upload: it is known by its own name alone. */
export function isTemporary({ path, id }: Upload): boolean {
  return path.slice(path.lastIndexOf('/') + 1).includes(id)
}
