import type { Transform } from '../transform.ts'

/** Gives each chunk twice. */
export const doubled: Transform = {
  name: 'double',
  async *apply(_entry, body) {
    for await (const chunk of body) {
      yield chunk
      yield new Uint8Array(chunk)
    }
  },
}
