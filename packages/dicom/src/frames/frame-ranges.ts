import { type Bytes, GantryError, type Signal } from '@gantry/core'

import type { DicomHeader } from '../header/dicom-header.ts'
import type { HeaderOptions } from '../header/options.ts'
import { readHeader } from '../header/read-header.ts'
import type { HeaderSource } from '../source/header-source.ts'
import { encapsulatedFrames } from './encapsulated-frames.ts'
import type { FrameLocation } from './frame-location.ts'
import { checkSignal, frameSource } from './frame-source.ts'
import { isVideo } from './frame-start.ts'
import { nativeFrames } from './native-frames.ts'
import { readRanges } from './read-ranges.ts'

export interface FrameOptions extends HeaderOptions {
  /** Of the same source, where it was read before. Default: it is read. */
  readonly header?: DicomHeader | undefined
  /** All of encapsulated pixel data as one frame, which a film is. Default: false. */
  readonly asStream?: boolean | undefined
  readonly signal?: Signal | undefined
}

/** The frames of an instance. */
export interface FrameRanges {
  readonly header: DicomHeader
  /** 1 where the header does not say. */
  readonly numberOfFrames: number
  readonly transferSyntaxUID: string
  /** Frames are compressed each, in fragments. */
  readonly encapsulated: boolean
  /** Ranges count within the inflated data set, not in the file: `read` alone gets at them. */
  readonly inflated: boolean
  /** Where frame `number`, counted from 1 as DICOMweb does, lies. `not_found` if there is no such frame. */
  locate(number: number, options?: { readonly signal?: Signal }): Promise<FrameLocation>
  /**
   * The bytes of frame `number`, as they are stored; but of 1 bit a pixel, shifted so that they begin with a byte, and
   * of 1 or 8 bits in big endian words, in the order of the pixels.
   */
  read(number: number, options?: { readonly signal?: Signal }): Bytes
}

/**
 * Where the frames of an instance lie in its file, by its header and a few bounded reads; the file is never read whole.
 * Where encapsulated frames have no offset table, or a wrong one, the first lookup goes through all fragments, of
 * which 12 bytes each are kept.
 *
 * Fails as `readHeader` does; with `not_found` where there are no pixel data, and with `unsupported` for a film, unless `asStream`.
 */
export async function frameRanges(source: HeaderSource, options: FrameOptions = {}): Promise<FrameRanges> {
  const { signal } = options
  const header = options.header ?? (await readHeader(source, options))
  checkSignal(signal)
  const { pixelData, transferSyntax, identifiers } = header
  if (pixelData === undefined) throw new GantryError('not_found', 'The instance has no pixel data.')
  const encapsulated = pixelData.length === undefined
  const numberOfFrames = encapsulated && options.asStream === true ? 1 : (identifiers.numberOfFrames ?? 1)
  if (encapsulated && numberOfFrames > 1 && isVideo(transferSyntax.uid)) {
    throw new GantryError('unsupported', 'The frames of a film are one stream: there is no telling where one begins.')
  }
  const bytes = frameSource(source, header)
  const find = encapsulated
    ? await encapsulatedFrames(bytes, header, numberOfFrames, signal)
    : nativeFrames(header, numberOfFrames)

  async function locate(number: number, call: { readonly signal?: Signal } = {}): Promise<FrameLocation> {
    checkSignal(call.signal ?? signal)
    if (!Number.isSafeInteger(number) || number < 1 || number > numberOfFrames) {
      throw new GantryError('not_found', `There is no such frame: the instance has ${numberOfFrames}, counted from 1.`)
    }
    return await find(number - 1, call.signal ?? signal)
  }

  return {
    header,
    numberOfFrames,
    transferSyntaxUID: transferSyntax.uid,
    encapsulated,
    inflated: transferSyntax.deflated,
    locate,
    async *read(number, call = {}) {
      yield* readRanges(bytes, await locate(number, call), call.signal ?? signal)
    },
  }
}

/** The bytes of one frame, counted from 1; `frameRanges` for more than one. */
export async function* readFrame(
  source: HeaderSource,
  number: number,
  options: FrameOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* (await frameRanges(source, options)).read(number)
}
