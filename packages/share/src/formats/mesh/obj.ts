import type { MeshHeader } from './mesh-header.ts'
import { spaceOf, textStart } from './text-start.ts'

const statements =
  /^(?:v|vt|vn|vp|f|l|p|o|g|s|mg|usemtl|mtllib|usemap|maplib|cstype|deg|bmat|step|curv|curv2|surf|parm|trim|hole|scrv|sp|end|con|bevel|c_interp|d_interp|lod|shadow_obj|trace_obj|ctech|stech)(?=\s|$)/u
const vertex = /^v(?:\s+[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?){3,7}\s*$/iu

/**
 * An OBJ file has no magic: it is told by its first lines, all of which are statements of the format, and one a vertex.
 * The last line may be cut off.
 */
export function objOf(bytes: Uint8Array, size: number): MeshHeader | undefined {
  const text = textStart(bytes)
  if (text === undefined) return undefined
  const lines = text.split(/\r?\n|\r/u)
  if (bytes.length < size) lines.pop()
  const said = lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'))
  let continued = false
  for (const line of said) {
    if (!continued && !statements.test(line)) return undefined
    continued = line.endsWith('\\')
  }
  if (!said.some((line) => vertex.test(line))) return undefined
  return { format: 'obj', encoding: 'ascii', ...spaceOf(text) }
}
