import type { FileInput } from './file-input.ts'

/** A file without its first bytes. */
export function sliced(input: FileInput, offset: number): FileInput {
  const size = Math.max(0, input.size - offset)
  return {
    name: input.name,
    size,
    read: async ({ start, end = size } = { start: 0 }, options = {}) =>
      await input.read({ start: offset + start, end: Math.min(input.size, offset + end) }, options),
  }
}
