import { malformed } from '../errors.ts'
import type { FrameRange } from './frame-location.ts'
import type { IsFrameStart } from './frame-start.ts'
import type { ItemReader } from './item-reader.ts'

/** More are an attack on memory: 12 bytes are kept of each. */
const mostFragments = 1 << 22

/** All fragments of encapsulated pixel data, and which are whose. */
export interface FragmentIndex {
  rangesOf(frame: number): readonly FrameRange[]
}

/**
 * Goes through all fragments from `position` on and tells the frames apart: all fragments are of the one frame, or each
 * is one, or a frame begins with each that looks like the beginning of one. `invalid` if none of that comes out.
 */
export async function indexFragments(
  reader: ItemReader,
  position: number,
  frames: number,
  isStart: IsFrameStart | undefined,
): Promise<FragmentIndex> {
  const found = new Fragments()
  for (let item = await reader.at(position); item !== undefined; item = await reader.at(item.end)) {
    if (found.count === mostFragments) throw malformed(`the pixel data hold more than ${mostFragments} fragments`)
    found.add(item, isStart?.(item.first) ?? false)
  }
  const first = firstFragments(found, frames)
  return {
    rangesOf(frame) {
      const from = first === undefined ? frame : (first[frame] as number)
      const to = first === undefined ? frame + 1 : (first[frame + 1] as number)
      return Array.from({ length: to - from }, (_, index) => found.range(from + index))
    },
  }
}

/** For each frame, and for what would be the next, its first fragment; `undefined` if each fragment is a frame. */
function firstFragments({ count, starts }: Fragments, frames: number): readonly number[] | undefined {
  if (frames === 1) return [0, count]
  if (frames === count) return undefined
  if (starts.length === frames && starts[0] === 0) return [...starts, count]
  throw malformed(
    `the pixel data hold ${count} fragments for ${frames} frames, no offset table that is right, and ${starts.length} fragments that a frame begins with`,
  )
}

class Fragments {
  count = 0
  /** Those that look like the beginning of a frame. */
  readonly starts: number[] = []
  #offsets = new Float64Array(64)
  #lengths = new Uint32Array(64)

  add({ start, end }: FrameRange, isStart: boolean): void {
    if (this.count === this.#offsets.length) {
      const [offsets, lengths] = [new Float64Array(this.count * 2), new Uint32Array(this.count * 2)]
      offsets.set(this.#offsets)
      lengths.set(this.#lengths)
      this.#offsets = offsets
      this.#lengths = lengths
    }
    this.#offsets[this.count] = start
    this.#lengths[this.count] = end - start
    if (isStart) this.starts.push(this.count)
    this.count += 1
  }

  range(index: number): FrameRange {
    const start = this.#offsets[index] as number
    return { start, end: start + (this.#lengths[index] as number) }
  }
}
