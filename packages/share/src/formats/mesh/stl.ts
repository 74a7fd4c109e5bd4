import { cutOff } from '../errors.ts'
import type { MeshHeader } from './mesh-header.ts'
import { spaceOf, textStart } from './text-start.ts'

const headerLength = 84
const triangleLength = 50

/**
 * A binary STL is told by its length alone: 84 bytes and 50 for each triangle that the count at 80 promises. Its first
 * 80 bytes may say anything, `solid` too.
 */
export function binaryStlOf(bytes: Uint8Array, size: number): MeshHeader | undefined {
  const count = countOf(bytes)
  if (count === undefined || count === 0 || size !== headerLength + count * triangleLength) return undefined
  return binary(bytes, count)
}

/** `solid NAME`, then facets or the end. */
export function asciiStlOf(bytes: Uint8Array): MeshHeader | undefined {
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, 4096))
  // The name may be in any encoding, and broken in it; only the words around it are looked at.
  if (!/^\s*solid\b[^\r\n]*[\r\n]+\s*(?:facet\s+normal\b|endsolid\b)/u.test(text) || bytes.includes(0)) return undefined
  return { format: 'stl', encoding: 'ascii', ...spaceOf(text) }
}

/**
 * For a file whose name says STL but whose length does not: what exporters put behind the triangles is let pass,
 * missing ones are `integrity`, and anything else is no STL.
 */
export function namedStlOf(bytes: Uint8Array, size: number): MeshHeader | undefined {
  const count = countOf(bytes)
  if (count === undefined || count === 0 || !startsWithTriangle(bytes)) return undefined
  if (size < headerLength + count * triangleLength) throw cutOff('STL')
  return binary(bytes, count)
}

function countOf(bytes: Uint8Array): number | undefined {
  if (bytes.length < headerLength) return undefined
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(80, true)
}

function binary(bytes: Uint8Array, triangles: number): MeshHeader {
  const header = new TextDecoder('latin1').decode(bytes.subarray(0, 80))
  return { format: 'stl', encoding: 'binary', triangles, vertices: triangles * 3, ...spaceOf(header) }
}

/** Twelve numbers of which none is absurd. Normals are often none of length one, and tell nothing. */
function startsWithTriangle(bytes: Uint8Array): boolean {
  if (bytes.length < headerLength + triangleLength || textStart(bytes.subarray(0, 512)) !== undefined) return false
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const numbers = Array.from({ length: 12 }, (_, index) => view.getFloat32(headerLength + 4 * index, true))
  return numbers.every((number) => Math.abs(number) < 1e7)
}
