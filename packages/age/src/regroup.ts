import { type Bytes, GantryError } from '@gantry/core'

/** Outputs that are yielded as one chunk: about 512 KiB. */
const batch = 8

/** How bytes are cut into pieces, and how long what is made of each is. */
export interface Regrouping {
  readonly pieces: number
  readonly from: { readonly unit: number; readonly length: number }
  readonly to: { readonly unit: number; readonly length: number }
  /** Makes piece `index` into `into`. */
  readonly make: (piece: Uint8Array, index: number, into: Uint8Array) => void
}

/**
 * Cuts a body of any chunking into pieces of one length (the last may be shorter), makes something of each, and yields
 * that in one buffer that is filled again and again. A body that is not as long as it should be is `integrity`.
 */
export async function* regroup(body: Bytes, grouping: Regrouping): AsyncGenerator<Uint8Array, void, undefined> {
  const { pieces, from, to, make } = grouping
  const output = new Uint8Array(Math.min(batch * to.unit, to.length))
  const lengthOf = (side: { unit: number; length: number }, index: number) =>
    Math.min(side.unit, side.length - index * side.unit)
  let filled = 0
  let index = 0
  let seen = 0
  let held: Uint8Array | undefined
  let holding = 0

  for await (const chunk of body) {
    seen += chunk.length
    if (seen > from.length) throw new GantryError('integrity', 'More bytes came than there should be.')
    let at = 0
    while (at < chunk.length) {
      const wanted = lengthOf(from, index)
      let piece: Uint8Array
      if (holding === 0 && chunk.length - at >= wanted) {
        piece = chunk.subarray(at, at + wanted)
        at += wanted
      } else {
        held ??= new Uint8Array(Math.min(from.unit, from.length))
        const more = chunk.subarray(at, at + wanted - holding)
        held.set(more, holding)
        holding += more.length
        at += more.length
        if (holding < wanted) break
        piece = held.subarray(0, wanted)
        holding = 0
      }
      const length = lengthOf(to, index)
      make(piece, index, output.subarray(filled, filled + length))
      filled += length
      index += 1
      if (index === pieces || filled + lengthOf(to, index) <= output.length) continue
      yield output.subarray(0, filled)
      filled = 0
    }
  }
  if (seen < from.length) throw new GantryError('integrity', 'Fewer bytes came than there should be.')
  // The one chunk of an empty plaintext.
  if (index < pieces) {
    filled = lengthOf(to, index)
    make(new Uint8Array(), index, output.subarray(0, filled))
  }
  if (filled > 0) yield output.subarray(0, filled)
}
