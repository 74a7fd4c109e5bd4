import { vrOfTag } from '../dictionary/dictionary.ts'
import { ElementCursor, undefinedLength } from './element-cursor.ts'
import { type Encoding, explicitBig, explicitLittle, implicitLittle } from './encoding.ts'
import { isPrivate } from './tag.ts'
import { isKnownVR } from './value-representation.ts'

const encodings: readonly Encoding[] = [explicitLittle, explicitBig, implicitLittle]

/** How many elements must look right, as far as they are at hand. */
const enough = 4

/**
 * The encoding of a data set that nothing announces, or `undefined` if it does not look like one. It must begin in
 * group 0008, as all do that hold a SOP Class UID, with elements that the dictionary knows, in order, of lengths that
 * the file has room for: text and other formats do not get past that.
 */
export function detectEncoding(bytes: Uint8Array, size: number | undefined): Encoding | undefined {
  return encodings.find((encoding) => {
    const cursor = new ElementCursor()
    if (!cursor.read(bytes, 0, encoding) || cursor.tag >>> 16 !== 0x0008) return false
    return looksRight(bytes, 0, encoding, size)
  })
}

/**
 * The encoding in which the elements at `at` make sense: the declared one if they do, else another one if they do in
 * that. Files that declare one VR encoding and use another are common enough to be read by every toolkit.
 */
export function confirmEncoding(
  bytes: Uint8Array,
  at: number,
  declared: Encoding,
  size: number | undefined,
): Encoding {
  if (headLooksRight(bytes, at, declared)) return declared
  return encodings.find((encoding) => looksRight(bytes, at, encoding, size)) ?? declared
}

/** The cheap test that nearly all files pass. */
function headLooksRight(bytes: Uint8Array, at: number, encoding: Encoding): boolean {
  if (at + 8 > bytes.length) return true
  const vrThere = isKnownVR(((bytes[at + 4] as number) << 8) | (bytes[at + 5] as number))
  if (!encoding.explicit) return !vrThere
  // The low byte of a group comes first in one byte order and last in the other; real groups begin low.
  const [high, low] = encoding.bigEndian ? [bytes[at], bytes[at + 1]] : [bytes[at + 1], bytes[at]]
  return vrThere && (high as number) <= (low as number)
}

function looksRight(bytes: Uint8Array, start: number, encoding: Encoding, size: number | undefined): boolean {
  const cursor = new ElementCursor()
  let position = start
  let previous = -1
  for (let count = 0; count < enough; count += 1) {
    if (!cursor.read(bytes, position, encoding)) return count > 0
    const { tag, length } = cursor
    if (tag <= previous) return false
    if (!isPrivate(tag) && vrOfTag(tag) === undefined) return false
    if (encoding.explicit && !isKnownVR(cursor.vr)) return false
    if (length === undefinedLength) return count > 0
    previous = tag
    position += cursor.headLength + length
    if (position > (size ?? Infinity)) return false
  }
  return true
}
