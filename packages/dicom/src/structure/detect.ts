import { vrOfTag } from '../dictionary/dictionary.ts'
import { ElementCursor, undefinedLength } from './element-cursor.ts'
import { type Encoding, explicitBig, explicitLittle, implicitLittle } from './encoding.ts'
import { isPrivate } from './tag.ts'
import { isKnownVR } from './value-representation.ts'

const encodings: readonly Encoding[] = [explicitLittle, explicitBig, implicitLittle]

/** How many elements must look right, as far as they are at hand. */
const enough = 4

/**
 * The encoding in which the first bytes of a data set make sense, if there is one: elements that the dictionary knows,
 * in order, of lengths that `size` bytes have room for. Text and other formats do not get past that.
 */
export function detectEncoding(bytes: Uint8Array, size: number | undefined): Encoding | undefined {
  return encodings.find((encoding) => looksRight(bytes, encoding, size))
}

/**
 * The cheap test that nearly all data sets pass in the encoding that is declared for them. Files that declare one and
 * use another are common enough to be read by every toolkit.
 */
export function headLooksRight(bytes: Uint8Array, encoding: Encoding): boolean {
  if (bytes.length < 8) return true
  const vrThere = isKnownVR(((bytes[4] as number) << 8) | (bytes[5] as number))
  if (!encoding.explicit) return !vrThere
  // The low byte of a group comes first in one byte order and last in the other; real groups begin low.
  const [high, low] = encoding.bigEndian ? [bytes[0], bytes[1]] : [bytes[1], bytes[0]]
  return vrThere && (high as number) <= (low as number)
}

function looksRight(bytes: Uint8Array, encoding: Encoding, size: number | undefined): boolean {
  const cursor = new ElementCursor()
  let position = 0
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
