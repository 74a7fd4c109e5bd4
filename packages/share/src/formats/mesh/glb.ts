import { cutOff, malformed, notSupported } from '../errors.ts'

/** A GLB's chunks (glTF 2.0, 4.4). */
export interface GlbHeader {
  readonly jsonStart: number
  readonly jsonLength: number
  /** Of the chunk `BIN`, where there is one. */
  readonly binary?: number
}

const magic = 0x46546c67
const jsonChunk = 0x4e4f534a
const binaryChunk = 0x004e4942

export function isGlb(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && viewOf(bytes).getUint32(0, true) === magic
}

/** The chunks of a GLB, read where they begin. */
export async function glbOf(
  read: (start: number, end: number) => Promise<Uint8Array>,
  size: number,
): Promise<GlbHeader> {
  const head = await read(0, 20)
  if (head.length < 20) throw cutOff('GLB')
  const view = viewOf(head)
  if (view.getUint32(4, true) !== 2) throw notSupported('A GLB of another version than 2')
  const length = view.getUint32(8, true)
  const jsonLength = view.getUint32(12, true)
  if (length > size) throw cutOff('GLB')
  if (view.getUint32(16, true) !== jsonChunk || jsonLength < 2 || jsonLength > length - 20) {
    throw malformed('GLB', 'its first chunk is no JSON')
  }
  const at = 20 + jsonLength
  if (length - at < 8) return { jsonStart: 20, jsonLength }
  const next = viewOf(await read(at, at + 8))
  if (next.byteLength < 8) throw cutOff('GLB')
  const binary = next.getUint32(0, true)
  if (binary > length - at - 8) throw malformed('GLB', 'a chunk is longer than the file')
  return { jsonStart: 20, jsonLength, ...(next.getUint32(4, true) === binaryChunk ? { binary } : {}) }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
