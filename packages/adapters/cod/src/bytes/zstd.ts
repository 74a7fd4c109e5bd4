import { GantryError } from '@gantry/core/driver'
import { decompress } from 'fzstd'

const magic = 0xfd2fb528
const longestBlock = 128 * 1024

/** What a zstd frame holds; frames that claim to hold more than `limit` are `invalid` before anything is allocated. */
export function unzstd(frame: Uint8Array, limit: number): Uint8Array {
  const size = contentSizeOf(frame)
  if (size === undefined) throw new GantryError('integrity', 'The metadata are not compressed as they should be.')
  if (size > limit) throw new GantryError('invalid', `The metadata are longer than ${limit} bytes.`)
  let content: Uint8Array
  try {
    content = decompress(frame, new Uint8Array(size))
  } catch (error) {
    throw new GantryError('integrity', 'The compressed metadata are cut off or damaged.', { cause: error })
  }
  if (content.length !== size) throw new GantryError('integrity', 'The compressed metadata are cut off.')
  return content
}

/** RFC 8878 3.1.1.1; Python reads no frame that does not declare its content's size. */
function contentSizeOf(frame: Uint8Array): number | undefined {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  if (frame.length < 6 || view.getUint32(0, true) !== magic) return undefined
  const descriptor = frame[4] as number
  const single = (descriptor & 0x20) !== 0
  const at = 5 + (single ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] as number)
  const width = [single ? 1 : 0, 2, 4, 8][descriptor >>> 6] as number
  if (width === 0 || at + width > frame.length) return undefined
  if (width === 1) return view.getUint8(at)
  if (width === 2) return view.getUint16(at, true) + 256
  if (width === 4) return view.getUint32(at, true)
  return Number(view.getBigUint64(at, true))
}

/** A frame of blocks that are stored as they are: every decoder reads it, and no encoder is needed. */
export function toZstd(content: Uint8Array): Uint8Array {
  const blocks = Math.max(1, Math.ceil(content.length / longestBlock))
  const frame = new Uint8Array(9 + blocks * 3 + content.length)
  const view = new DataView(frame.buffer)
  view.setUint32(0, magic, true)
  // A single segment whose size stands in four bytes.
  frame[4] = 0xa0
  view.setUint32(5, content.length, true)
  let at = 9
  for (let block = 0; block < blocks; block += 1) {
    const piece = content.subarray(block * longestBlock, (block + 1) * longestBlock)
    const head = (piece.length << 3) | (block === blocks - 1 ? 1 : 0)
    frame.set([head & 0xff, (head >>> 8) & 0xff, head >>> 16], at)
    frame.set(piece, at + 3)
    at += 3 + piece.length
  }
  return frame
}
