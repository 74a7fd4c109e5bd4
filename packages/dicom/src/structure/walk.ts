import { vrOfTag } from '../dictionary/dictionary.ts'
import { formatTag, malformed, truncated } from '../errors.ts'
import { type ElementCursor, undefinedLength } from './element-cursor.ts'
import { type Encoding, implicitLittle } from './encoding.ts'
import { isPrivate, tags } from './tag.ts'
import { isBinary, vrCodes } from './value-representation.ts'
import type { Scan, Window } from './window.ts'

/** What the value of an element is made of. */
export type Content = 'bytes' | 'items' | 'fragments'

/** Sequences nested deeper than this are malformed: real ones do not reach a dozen. */
export const deepestNesting = 64

export function contentOf(element: ElementCursor, encoding: Encoding): Content {
  const { tag, vr, length } = element
  if (encoding.explicit && vr !== 0) {
    if (vr === vrCodes.SQ) return 'items'
    if (length !== undefinedLength) return 'bytes'
    if (vr === vrCodes.UN) return 'items'
    if (isBinary(vr)) return 'fragments'
    throw malformed(`the text or number ${formatTag(tag)} has no length`)
  }
  if (length === undefinedLength) return tag === tags.pixelData ? 'fragments' : 'items'
  return !isPrivate(tag) && vrOfTag(tag) === 'SQ' ? 'items' : 'bytes'
}

/** The encoding within a sequence: that around it, but implicit little endian in one of VR UN (PS3.5 6.2.2). */
export function encodingWithin(vr: number, encoding: Encoding): Encoding {
  return vr === vrCodes.UN ? implicitLittle : encoding
}

interface Frame {
  readonly content: 'items' | 'fragments' | 'elements'
  readonly encoding: Encoding
  /** Where it must have ended: its own end or that of what is around it. */
  readonly limit: number
  /** A delimiter ends it. */
  readonly delimited: boolean
}

export interface Walk {
  readonly content: 'items' | 'fragments'
  readonly encoding: Encoding
  /** Where the first item begins. */
  readonly start: number
  /** Where the value ends, unless a delimiter tells. */
  readonly end: number | undefined
  /** What must stay at hand for the caller; without it the window moves along, and passes over long values unread. */
  readonly pin: number | undefined
}

/**
 * Goes through a sequence, and all that is in it, to where it ends; that end is returned. Checks on the way that
 * lengths, items and delimiters fit into each other. It keeps its own stack, so that nesting costs no call depth and
 * the window may move at any point.
 */
export function* walk(window: Window, cursor: ElementCursor, value: Walk): Scan<number> {
  const { content, encoding, start, end, pin } = value
  const stack: Frame[] = [{ content, encoding, limit: end ?? Infinity, delimited: end === undefined }]
  let position = start
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    if (position >= frame.limit) {
      if (position > frame.limit) throw malformed('an element is longer than the sequence or item around it')
      if (frame.delimited) throw malformed('a sequence or item lacks its delimiter')
      stack.pop()
      continue
    }
    if (frame.limit - position < 8) throw malformed('a sequence or item ends within the head of an element')
    const headEnd = Math.min(position + 12, frame.limit)
    if (!window.holds(position, headEnd)) yield* window.fill(pin ?? position, headEnd)
    if (!cursor.read(window.bytes, position - window.base, frame.encoding)) throw truncated('within a sequence')
    position = step(stack, frame, cursor, position)
  }
  return position
}

/** Takes one head: the new position, with the stack as it is there. */
function step(stack: Frame[], frame: Frame, cursor: ElementCursor, position: number): number {
  const { tag, length } = cursor
  const valueStart = position + cursor.headLength
  const delimited = length === undefinedLength
  if (frame.content === 'elements') {
    // Some writers end items of known length by a delimiter as well: it is passed over.
    if (tag === tags.itemDelimitation) {
      if (frame.delimited) stack.pop()
      return valueStart
    }
    if (tag >>> 16 === 0xfffe) throw malformed('an item holds a stray item or delimiter')
    const content = contentOf(cursor, frame.encoding)
    if (content === 'bytes') return valueStart + length
    const encoding = encodingWithin(cursor.vr, frame.encoding)
    push(stack, { content, encoding, limit: limitOf(frame, valueStart, length), delimited })
    return valueStart
  }
  if (tag === tags.sequenceDelimitation) {
    if (frame.delimited) stack.pop()
    return valueStart
  }
  if (tag !== tags.item) throw malformed('a sequence holds something that is no item')
  if (frame.content === 'fragments') {
    if (delimited) throw malformed('a fragment has no length')
    return valueStart + length
  }
  const { encoding } = frame
  push(stack, { content: 'elements', encoding, limit: limitOf(frame, valueStart, length), delimited })
  return valueStart
}

function limitOf(around: Frame, start: number, length: number): number {
  if (length === undefinedLength) return around.limit
  if (start + length > around.limit) throw malformed('a sequence or item is longer than what is around it')
  return start + length
}

function push(stack: Frame[], frame: Frame): void {
  if (stack.length >= 2 * deepestNesting) throw malformed(`sequences are nested more than ${deepestNesting} deep`)
  stack.push(frame)
}
