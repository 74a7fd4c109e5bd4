import type { DataSet } from '../structure/data-set.ts'
import { tags } from '../structure/tag.ts'

/** Whether Pixel Representation (0028,0103) says that pixels are signed; `undefined` where there is none. */
export function isSigned(elements: DataSet): boolean | undefined {
  const value = elements.find(({ tag }) => tag === tags.pixelRepresentation)?.value
  return value?.length === 2 ? value[0] === 1 || value[1] === 1 : undefined
}
