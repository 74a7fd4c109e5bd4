import { Binary, joined, textBytes } from './binary.ts'

export function binaryStl(triangles = 2, header = 'solid made by a test'): Uint8Array<ArrayBuffer> {
  const file = new Binary(84 + 50 * triangles).text(0, header).int32(80, triangles)
  for (let index = 0; index < triangles; index += 1) {
    file.float32(84 + 50 * index, 0, 0, 1, 0, 0, index, 1, 0, index, 0, 1, index)
  }
  return file.bytes
}

export const asciiStl = textBytes(
  'solid test\n facet normal 0 0 1\n  outer loop\n   vertex 0 0 0\n   vertex 1 0 0\n   vertex 0 1 0\n  endloop\n endfacet\nendsolid test\n',
)

export function ply(
  format = 'ascii',
  body: Uint8Array = textBytes('0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n'),
): Uint8Array<ArrayBuffer> {
  const header = [
    'ply',
    `format ${format} 1.0`,
    'comment SPACE=LPS',
    'element vertex 3',
    'property float x',
    'property float y',
    'property float z',
    'element face 1',
    'property list uchar int vertex_indices',
    'end_header',
  ]
  return joined(textBytes(`${header.join('\n')}\n`), body)
}

/** Three vertices and one triangle. */
export const binaryPlyBody = new Uint8Array(3 * 12 + 1 + 3 * 4)

export const obj = textBytes(
  '# SPACE=RAS\nmtllib skin.mtl\no head\nv 0 0 0\nv 1 0 0\nv 0 1e-1 0\nvn 0 0 1\nusemtl skin\nf 1//1 2//1 3//1\n',
)

/** A triangle; `buffer` and `image` are addresses, without which the buffer is GLB's own. */
export function gltf(buffer?: string, image?: string): string {
  return JSON.stringify({
    asset: { version: '2.0' },
    buffers: [{ byteLength: 36, ...(buffer === undefined ? {} : { uri: buffer }) }],
    ...(image === undefined ? {} : { images: [{ uri: image }] }),
    accessors: [{ count: 3, componentType: 5126, type: 'VEC3', min: [0, 0, 0], max: [1, 2, 3] }],
    meshes: [{ primitives: [{ attributes: { POSITION: 0 } }] }],
    nodes: [{ mesh: 0 }],
  })
}

export function glb(json = gltf(), binary = new Uint8Array(36)): Uint8Array<ArrayBuffer> {
  const text = textBytes(json.padEnd(Math.ceil(json.length / 4) * 4))
  const file = new Binary(20 + text.length + 8 + binary.length)
  file.text(0, 'glTF').int32(4, 2, file.bytes.length, text.length, 0x4e4f534a)
  file.bytes.set(text, 20)
  file.int32(20 + text.length, binary.length, 0x004e4942)
  file.bytes.set(binary, 28 + text.length)
  return file.bytes
}
