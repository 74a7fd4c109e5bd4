import type { Bytes, Signal } from '@gantry/core'
import { close, releasing } from '@gantry/core/driver'

import type { SourceFile } from '../formats/description.ts'
import type { FileInput } from '../formats/input/file-input.ts'
import { sliceBody } from '../sealing/slice-body.ts'

/**
 * Changes a file before it is encrypted, de-identifying it for instance. Asked for the same file again, it must give
 * the same bytes: they are digested first, and encrypted after.
 */
export type Prepare = (file: SourceFile, body: Bytes, call: { readonly signal?: Signal }) => Bytes

/** A file as `prepare` makes it; how long it becomes is known when it was read once. */
export function preparedInput(file: SourceFile, prepare: Prepare, size: number): FileInput {
  return {
    name: file.name,
    size,
    async read(range, options = {}) {
      const body = prepare(file, await file.input.read(undefined, options), options)
      const { start, end = size } = range ?? { start: 0 }
      if (start === 0 && end === size) return body
      return releasing(sliceBody(body, start, end - start), () => close(body))
    },
  }
}
