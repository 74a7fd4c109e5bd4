import type { DataType } from '../description.ts'
import { malformed, notSupported } from '../errors.ts'
import type { Placement } from '../placement.ts'
import { dataFilesOf } from './nrrd-data-files.ts'
import { nrrdAxes } from './nrrd-placement.ts'
import type { NrrdText } from './nrrd-text.ts'
import { bytesOfType, dataTypeOf } from './nrrd-type.ts'

export type NrrdEncoding = 'raw' | 'ascii' | 'hex' | 'gzip'

/** What a NRRD header says. */
export interface NrrdHeader extends Placement {
  readonly version: number
  readonly encoding: NrrdEncoding
  readonly littleEndian?: boolean
  readonly dataType: DataType
  /** Of the spatial axes, then the times; wherever the file has them. */
  readonly dimensions: readonly number[]
  readonly components: number
  /** Where attached data begin. */
  readonly dataOffset?: number
  /** Of all data, not encoded. */
  readonly dataLength: number
  /** Names of detached data, as they stand in the header. */
  readonly dataFiles: readonly string[]
  readonly lineSkip: number
  readonly byteSkip: number
}

const encodings: ReadonlyMap<string, NrrdEncoding> = new Map([
  ['raw', 'raw'],
  ['txt', 'ascii'],
  ['text', 'ascii'],
  ['ascii', 'ascii'],
  ['hex', 'hex'],
  ['gz', 'gzip'],
  ['gzip', 'gzip'],
])

/** Makes sense of a header; `invalid` if it has none, `unsupported` for `block` and bzip2. */
export function nrrdHeaderOf(text: NrrdText): NrrdHeader {
  const { fields } = text
  const field = (name: string) => fields.get(name) ?? ''
  const dataType = dataTypeOf(field('type'))
  if (dataType === undefined) {
    throw field('type') === 'block' ? notSupported('NRRD of blocks has no voxels') : malformed('NRRD', 'it has no type')
  }
  const encoding = encodings.get(field('encoding').toLowerCase())
  if (encoding === undefined) {
    throw /^bz/iu.test(field('encoding')) ? notSupported('bzip2 in NRRD') : malformed('NRRD', 'it has no encoding')
  }
  const endian = field('endian').toLowerCase()
  const binary = encoding === 'raw' || encoding === 'gzip'
  if (binary && bytesOfType(dataType) > 1 && endian !== 'little' && endian !== 'big') {
    throw malformed('NRRD', 'it does not say its byte order')
  }
  const sizes = sizesOf(fields)
  const { spatial, placement } = nrrdAxes(text, sizes.length)
  const dataFiles = dataFilesOf(text)
  if (dataFiles.length === 0 && text.end === undefined) throw malformed('NRRD', 'its header has no end')
  return {
    ...placement,
    ...arrangement(sizes, spatial, fields.get('kinds')),
    version: text.version,
    encoding,
    ...(endian === '' ? {} : { littleEndian: endian === 'little' }),
    dataType,
    ...(dataFiles.length > 0 || text.end === undefined ? {} : { dataOffset: text.end }),
    dataLength: sizes.reduce((product, size) => product * size, 1) * bytesOfType(dataType),
    dataFiles,
    lineSkip: skipOf(fields.get('lineskip'), 0),
    byteSkip: skipOf(fields.get('byteskip'), -1),
  }
}

function sizesOf(fields: NrrdText['fields']): number[] {
  const dimension = Number(fields.get('dimension') ?? Number.NaN)
  const sizes = (fields.get('sizes') ?? '').split(/\s+/u).map(Number)
  const sound = sizes.every((size) => Number.isSafeInteger(size) && size > 0)
  if (!sound || sizes.length !== dimension || dimension > 16) throw malformed('NRRD', 'its sizes are none')
  if (sizes.reduce((product, size) => product * size, 1) > 2 ** 50) throw malformed('NRRD', 'it is too large')
  return sizes
}

/** What lies in no direction of space is time, where it says so or comes last as a list; else it is of one voxel. */
function arrangement(sizes: readonly number[], spatial: readonly number[], kindsText: string | undefined) {
  const kinds = kindsText?.toLowerCase().split(/\s+/u) ?? []
  const lastSpatial = spatial.at(-1) ?? -1
  const times = sizes.filter((_, axis) => !spatial.includes(axis) && (kinds[axis] === 'time' || axis > lastSpatial))
  const all = sizes.reduce((product, size) => product * size, 1)
  const inSpace = spatial.map((axis) => sizes[axis] ?? 1)
  while (inSpace.length < 3) inSpace.push(1)
  const dimensions = [...inSpace, ...times.filter((size) => size > 1)]
  return { dimensions, components: all / dimensions.reduce((product, size) => product * size, 1) }
}

function skipOf(text: string | undefined, least: number): number {
  const skip = Number(text ?? 0)
  if (!Number.isSafeInteger(skip) || skip < least) throw malformed('NRRD', 'it skips what cannot be skipped')
  return skip
}
