import type { Peek } from '../input/peek.ts'
import { gltfOf } from '../mesh/gltf.ts'
import type { MeshHeader } from '../mesh/mesh-header.ts'
import { objOf } from '../mesh/obj.ts'
import { textStart } from '../mesh/text-start.ts'
import type { Recognised } from './recognised.ts'

/** JSON up to this length is read as a whole to see whether it is glTF; of longer ones, both ends. */
const shortJson = 1024 * 1024
const end = 16 * 1024

const assetOfGltf = /"asset"\s*:\s*\{[^{}]*"version"\s*:\s*"2\.\d+"/u

/** glTF and OBJ, which have nothing but their text to be told by. */
export async function recogniseText(peek: Peek, first: Uint8Array): Promise<Recognised | undefined> {
  const obj = objOf(first, peek.size)
  if (obj !== undefined) return { kind: 'obj', details: obj }
  const text = textStart(first.subarray(0, 512))
  if (text === undefined || !/^\s*\{/u.test(text)) return undefined
  const gltf: MeshHeader = { format: 'gltf', encoding: 'ascii', units: 'm' }
  if (peek.size <= shortJson) {
    const parsed = gltfOf(new TextDecoder().decode(await peek.read(0, peek.size)))
    return parsed === undefined ? undefined : { kind: 'gltf', details: { ...gltf, ...parsed.header } }
  }
  const last = await peek.read(peek.size - end, peek.size)
  const ends = [first, last].map((bytes) => new TextDecoder().decode(bytes))
  return ends.some((part) => assetOfGltf.test(part)) ? { kind: 'gltf', details: gltf } : undefined
}
