import { malformed, truncated } from '../errors.ts'
import { ElementCursor, undefinedLength } from './element-cursor.ts'
import { type Encoding, explicitLittle, implicitLittle } from './encoding.ts'
import type { Sink } from './sink.ts'
import { tags } from './tag.ts'
import { isKnownVR } from './value-representation.ts'
import type { Scan, Window } from './window.ts'

/** Values of the meta information longer than this are passed over. */
const longestValue = 64 * 1024

export interface Meta {
  /** Where the data set begins. */
  readonly end: number
  /** As it stands in (0002,0010), padding and all. */
  readonly transferSyntax: Uint8Array | undefined
}

/**
 * Reads the file meta information (PS3.10 7.1) from `start` on: explicit VR little endian, but by some writers
 * implicit. It ends where its group length says if that fits, else with its last element of group 0002.
 */
export function* scanMeta(window: Window, start: number, sink: Sink): Scan<Meta> {
  const cursor = new ElementCursor()
  let position = start
  let encoding: Encoding | undefined
  let announcedEnd: number | undefined
  let transferSyntax: Uint8Array | undefined
  while (position !== announcedEnd) {
    if (!window.holds(position, position + 12)) yield* window.fill(position, position + 12)
    const at = position - window.base
    const { bytes } = window
    // Group 0002, in little endian; `announcedEnd` guards against a deflated data set that begins by the same bytes.
    if (bytes[at] !== 0x02 || bytes[at + 1] !== 0x00) break
    encoding ??= isKnownVR(((bytes[at + 4] as number) << 8) | (bytes[at + 5] as number))
      ? explicitLittle
      : implicitLittle
    if (!cursor.read(bytes, at, encoding)) throw truncated('within the meta information')
    const { tag, length } = cursor
    if (length === undefinedLength) throw malformed('an element of the meta information has no length')
    const offset = position + cursor.headLength
    const end = offset + length
    if (window.size !== undefined && end > window.size) throw truncated('within the meta information')
    const needed = length <= longestValue && (tag <= tags.transferSyntaxUID || sink.wants(cursor))
    if (needed && !(yield* window.fill(position, end))) throw truncated('within the meta information')
    const value = needed ? window.bytes.subarray(offset - window.base, end - window.base) : undefined
    if (tag === tags.transferSyntaxUID) transferSyntax = value
    if (tag === tags.metaGroupLength && value?.length === 4) {
      announcedEnd = end + new DataView(value.buffer, value.byteOffset, 4).getUint32(0, true)
    }
    sink.take({ tag, vr: cursor.vr, length, offset }, value, encoding)
    position = end
  }
  // A group length that fits nothing is forgiven, but not one that counts on more than there is.
  const atEnd = !(yield* window.fill(position, position + 1))
  if (atEnd) throw truncated(position < (announcedEnd ?? 0) ? 'within the meta information' : 'before the data set')
  return { end: position, transferSyntax }
}
