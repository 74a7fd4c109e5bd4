import { GantryError, type ImageIdentity } from '@gantry/core'
import { withoutUndefined } from '@gantry/core/driver'
import { anatomy } from './anatomy.ts'
import { ctDataSet } from './ct-data-set.ts'
import type { Value } from './data-set.ts'
import { writeDicom } from './dicom-writer.ts'
import { geometryOf } from './geometry.ts'
import { seedOf, uniformFrom } from './random-bits.ts'
import { renderSlice } from './render-slice.ts'
import { encodeRle } from './rle.ts'
import { type TransferSyntaxName, transferSyntaxes } from './transfer-syntax.ts'
import { uidOf } from './uid.ts'

export interface PhantomOptions {
  /** Rows and columns. Default: 512. */
  readonly size?: number | undefined
  /** Of each series. Default: 64. */
  readonly slices?: number | undefined
  /** Default: 1. Each study is another synthetic patient's. */
  readonly studies?: number | undefined
  /** Of each study, all in one frame of reference. Default: 1. */
  readonly series?: number | undefined
  /** Default: `explicit`. */
  readonly syntax?: TransferSyntaxName | undefined
  /** Another seed, other UIDs, noise and nodules. Default: 1. */
  readonly seed?: number | undefined
  /** The most that noise adds or takes, in Hounsfield units; 0 leaves it out. Default: 40. */
  readonly noise?: number | undefined
}

export interface PhantomFile {
  /** `study-1/series-1/00001.dcm` and so on. */
  readonly path: string
  readonly bytes: Uint8Array
  readonly image: ImageIdentity
}

const ctImageStorage = '1.2.840.10008.5.1.4.1.1.2'

/**
 * A synthetic CT of a chest, one file at a time. Files are a pure function of the options: the same bytes on every
 * machine.
 */
export async function* phantom(options: PhantomOptions = {}): AsyncGenerator<PhantomFile, void, undefined> {
  const settings = settingsOf(options)
  for (let study = 0; study < settings.studies; study += 1) {
    for (let series = 0; series < settings.series; series += 1) {
      for (let slice = 0; slice < settings.slices; slice += 1) yield fileOf(settings, study, series, slice)
    }
  }
}

function settingsOf(options: PhantomOptions): Required<PhantomOptions> {
  const defaults = { size: 512, slices: 64, studies: 1, series: 1, syntax: 'explicit', seed: 1, noise: 40 } as const
  const settings = { ...defaults, ...withoutUndefined(options) }
  for (const name of ['size', 'slices', 'studies', 'series'] as const) inRange(name, settings[name], 1)
  inRange('size', settings.size, 1, 65_535)
  inRange('noise', settings.noise, 0, 1000)
  if (!Object.hasOwn(transferSyntaxes, settings.syntax)) {
    throw new GantryError('invalid', `The phantom can be written as ${Object.keys(transferSyntaxes).join(', ')}.`)
  }
  return settings
}

function inRange(name: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return
  throw new GantryError('invalid', `The phantom's ${name} must be a whole number from ${least} to ${most}.`)
}

function fileOf(settings: Required<PhantomOptions>, study: number, series: number, slice: number): PhantomFile {
  const { seed, size, slices, noise, syntax } = settings
  const geometry = geometryOf(size, slices)
  const image: ImageIdentity = {
    studyInstanceUID: uidOf(seed, 'study', study),
    seriesInstanceUID: uidOf(seed, 'series', study, series),
    sopInstanceUID: uidOf(seed, 'instance', study, series, slice),
    sopClassUID: ctImageStorage,
    transferSyntaxUID: transferSyntaxes[syntax],
  }
  const parts = anatomy(uniformFrom(seedOf(seed, 'nodules', study)))
  const noiseSeed = seedOf(seed, 'noise', study, series, slice)
  const pixels = renderSlice({ parts, geometry, slice, noise, seed: noiseSeed })
  const frameOfReferenceUID = uidOf(seed, 'frame of reference', study)
  const pixelData = syntax === 'rle' ? rleOf(pixels, size) : pixels
  const dataSet = ctDataSet({ image, frameOfReferenceUID, geometry, study, series, slice, pixelData })
  const path = `study-${study + 1}/series-${series + 1}/${String(slice + 1).padStart(5, '0')}.dcm`
  return { path, bytes: writeDicom({ dataSet, syntax }), image }
}

function rleOf(pixels: Int16Array<ArrayBuffer>, size: number): Value {
  const bytes = new Uint8Array(pixels.buffer)
  return { fragments: [encodeRle(bytes, { rows: size, columns: size, bytesPerSample: 2 })] }
}
