import { malformedFrame, truncatedFrame } from '../errors.ts'

const startOfTilePart = 0xff90
const endOfCodestream = 0xffd9

/** So many tiles have the image that SIZ describes (ISO 15444-1 B.3). */
export function tileCount(codestream: Uint8Array): number {
  const view = viewOf(codestream)
  const across = (view.getUint32(8) - view.getUint32(32)) / view.getUint32(24)
  const down = (view.getUint32(12) - view.getUint32(36)) / view.getUint32(28)
  return Math.ceil(across) * Math.ceil(down)
}

/**
 * Fails unless all of a codestream is there: decoders leave 0 where a tile is missing, or its end, and do not say so. Goes
 * from tile-part to tile-part (ISO 15444-1 A.4.2) without looking into them. Where every tile has as many parts as it says,
 * a missing end (EOC) is nothing but that, and put there: decoders ask for it.
 */
export function wholeCodestream(codestream: Uint8Array): Uint8Array {
  const view = viewOf(codestream)
  const tiles = new Map<number, { parts: number; of: number }>()
  let at = firstTilePart(view)
  while (markerAt(view, at) === startOfTilePart) {
    if (at + 12 > view.byteLength) throw truncatedFrame()
    const [index, of] = [view.getUint16(at + 4), view.getUint8(at + 11)]
    const known = tiles.get(index)
    tiles.set(index, { parts: (known?.parts ?? 0) + 1, of: Math.max(known?.of ?? 0, of) })
    // 0: of the last one, up to the end.
    const length = view.getUint32(at + 6)
    const next = length === 0 ? lastEnd(codestream) : at + length
    if (length !== 0 && length < 12) throw malformedFrame('a tile-part is shorter than what it begins with')
    if (next <= at || next > view.byteLength) throw truncatedFrame()
    at = next
  }
  const hasEnd = markerAt(view, at) === endOfCodestream
  const whole = [...tiles.values()].filter(({ parts, of }) => (of === 0 ? hasEnd : parts >= of))
  if (whole.length < tileCount(codestream)) throw truncatedFrame()
  return hasEnd ? codestream : ended(codestream.subarray(0, at))
}

function ended(codestream: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(codestream.length + 2)
  bytes.set(codestream)
  bytes.set([endOfCodestream >> 8, endOfCodestream & 0xff], codestream.length)
  return bytes
}

/** Behind the segments of the main header (A.3). */
function firstTilePart(view: DataView): number {
  let at = 2
  for (let marker = markerAt(view, at); marker !== startOfTilePart; marker = markerAt(view, at)) {
    if (marker === undefined || at + 4 > view.byteLength) throw truncatedFrame()
    at += 2 + view.getUint16(at + 2)
  }
  return at
}

/** Where the last EOC stands; data of a codestream do not look like it (B.10.1). */
function lastEnd(codestream: Uint8Array): number {
  let at = codestream.length - 2
  while (at > 0 && (codestream[at] !== 0xff || codestream[at + 1] !== 0xd9)) at -= 1
  return at
}

function markerAt(view: DataView, at: number): number | undefined {
  return at + 2 <= view.byteLength ? view.getUint16(at) : undefined
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}
