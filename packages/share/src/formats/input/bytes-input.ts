import { bytesOf, GantryError } from '@gantry/core'

import type { FileInput } from './file-input.ts'

/** A file whose bytes are at hand. */
export function bytesInput(name: string, bytes: Uint8Array): FileInput {
  return {
    name,
    size: bytes.length,
    async read({ start, end = bytes.length } = { start: 0 }) {
      if (start > end) throw new GantryError('invalid', 'The range ends before it starts.', { path: name })
      return bytesOf(bytes.subarray(start, end))
    },
  }
}
