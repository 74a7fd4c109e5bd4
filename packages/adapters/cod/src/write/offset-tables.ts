import { isGantryError } from '@gantry/core/driver'
import { type DicomHeader, nativeFrames } from '@gantry/dicom'

/** As the metadata have them: offsets of frames from where the file begins, and their lengths. */
export interface OffsetTables {
  readonly CustomOffsetTable?: readonly number[]
  readonly CustomOffsetTableLengths?: readonly number[]
}

interface Fragment {
  /** Where its header begins. */
  readonly item: number
  readonly end: number
}

const longestTable = 64 * 1024 * 1024
const itemTag = 0xe000fffe
const endTag = 0xe0ddfffe

/**
 * Sees the bytes of a file pass, and tells afterwards where its frames are. Tables are for files of several frames, and
 * `{}` where fragments do not tell where a frame begins.
 */
export class FrameWatch {
  readonly #header: DicomHeader
  readonly #frames: number
  readonly #pixels: DicomHeader['pixelData']
  readonly #watches: boolean
  /** Where the next item header begins. */
  #next: number
  #position = 0
  readonly #head = new Uint8Array(8)
  #headLength = 0
  readonly #fragments: Fragment[] = []
  #basic: Uint8Array | undefined
  #basicFilled = 0
  #ended = false
  #delimited: number | undefined
  readonly #deflated: boolean

  constructor(header: DicomHeader) {
    this.#header = header
    this.#frames = header.identifiers.numberOfFrames ?? 1
    this.#pixels = header.pixelData
    this.#next = header.pixelData?.offset ?? 0
    const { deflated, encoding } = header.transferSyntax
    const encapsulated = header.pixelData !== undefined && header.pixelData.length === undefined
    this.#watches = encapsulated && !deflated && !encoding.bigEndian
    this.#deflated = deflated
    // What is deflated has no place in the file.
    if (deflated) this.#frames = 1
  }

  see(chunk: Uint8Array): void {
    const start = this.#position
    this.#position += chunk.length
    if (!this.#watches) return
    while (!this.#ended) {
      this.#seeTable(chunk, start)
      const from = this.#next + this.#headLength - start
      if (from >= chunk.length) return
      const piece = chunk.subarray(from, from + 8 - this.#headLength)
      this.#head.set(piece, this.#headLength)
      this.#headLength += piece.length
      if (this.#headLength < 8) return
      this.#headLength = 0
      this.#takeHead()
    }
  }

  /** Where the pixel data end in the file; `undefined` until that is known, and where it never is. */
  get end(): number | undefined {
    if (this.#pixels?.length !== undefined && !this.#deflated) return this.#pixels.offset + this.#pixels.length
    return this.#delimited
  }

  tables(): OffsetTables {
    if (this.#frames < 2 || this.#pixels === undefined) return {}
    return this.#pixels.length === undefined ? this.#encapsulated() : this.#native()
  }

  /** `{}` where the header does not tell how long a frame is, and where one is not what stands in its range. */
  #native(): OffsetTables {
    try {
      const locate = nativeFrames(this.#header, this.#frames)
      const frames = Array.from({ length: this.#frames }, (_, frame) => locate(frame))
      // One that begins within a byte shares it with the one before.
      if (frames.some(({ skippedBits, inWords }) => skippedBits > 0 || inWords)) return {}
      const ranges = frames.flatMap((frame) => frame.ranges)
      return {
        CustomOffsetTable: ranges.map(({ start }) => start),
        CustomOffsetTableLengths: ranges.map(({ start, end }) => end - start),
      }
    } catch (error) {
      if (isGantryError(error)) return {}
      throw error
    }
  }

  #encapsulated(): OffsetTables {
    const [first] = this.#fragments
    if (first === undefined || !this.#ended) return {}
    const basic = this.#basic
    let starts: number[]
    if (basic !== undefined && basic.length === this.#frames * 4) {
      const view = new DataView(basic.buffer)
      starts = Array.from({ length: this.#frames }, (_, frame) => first.item + view.getUint32(frame * 4, true))
    } else if (this.#fragments.length === this.#frames) {
      starts = this.#fragments.map(({ item }) => item)
    } else return {}
    const items = new Set(this.#fragments.map(({ item }) => item))
    const ends = [...starts.slice(1), this.#fragments.at(-1)?.end ?? 0]
    if (!starts.every((start, frame) => items.has(start) && (ends[frame] ?? 0) > start + 8)) return {}
    return {
      CustomOffsetTable: starts.map((start) => start + 8),
      CustomOffsetTableLengths: starts.map((start, frame) => (ends[frame] ?? 0) - start - 8),
    }
  }

  /** The Basic Offset Table is the content of the first item. */
  #seeTable(chunk: Uint8Array, start: number): void {
    const table = this.#basic
    if (table === undefined || this.#basicFilled === table.length) return
    const from = this.#next - table.length + this.#basicFilled - start
    if (from >= chunk.length || from < 0) return
    const piece = chunk.subarray(from, from + table.length - this.#basicFilled)
    table.set(piece, this.#basicFilled)
    this.#basicFilled += piece.length
  }

  #takeHead(): void {
    const view = new DataView(this.#head.buffer)
    const tag = view.getUint32(0, true)
    const length = view.getUint32(4, true)
    const item = this.#next
    if (tag !== itemTag) {
      this.#ended = true
      // What is no delimiter either makes all of it untrustworthy.
      if (tag === endTag) this.#delimited = item + 8
      else this.#fragments.length = 0
      return
    }
    this.#next = item + 8 + length
    if (this.#basic === undefined) this.#basic = new Uint8Array(length <= longestTable ? length : 0)
    else this.#fragments.push({ item, end: this.#next })
  }
}
