import { cutOff } from '../errors.ts'
import type { UnnamedVolume } from '../dicom/dicom-volumes.ts'
import { checkInflated } from '../input/check-inflated.ts'
import type { FileInput } from '../input/file-input.ts'
import { sliced } from '../input/sliced.ts'
import type { NrrdHeader } from '../nrrd/nrrd-header.ts'
import { bytesOfType } from '../nrrd/nrrd-type.ts'
import type { Compressed } from '../recognise/recognised.ts'
import { baseName } from './base-name.ts'
import type { LoadContext } from './load-context.ts'

/** A volume of one file, or of a header and its data files; those are looked for beside it, and nowhere else. */
export async function loadNrrd(
  input: FileInput,
  header: NrrdHeader & Compressed,
  context: LoadContext,
): Promise<UnnamedVolume> {
  const { dataFiles, dimensions, components, dataType, transform, spacing } = header
  const data = dataFiles.map((file) => context.beside(input, file))
  await checkLength(input, header, data, context)
  return {
    format: 'nrrd',
    name: baseName(input.name),
    entries: context.take([input, ...data]),
    dimensions,
    components,
    dataType,
    ...(spacing === undefined ? {} : { spacing }),
    ...(transform === undefined ? {} : { transform }),
  }
}

async function checkLength(
  input: FileInput,
  header: NrrdHeader & Compressed,
  data: readonly FileInput[],
  { signal }: LoadContext,
): Promise<void> {
  const { dataOffset, dataLength, encoding, byteSkip, lineSkip, compression, dataType } = header
  const skipped = Math.max(0, byteSkip)
  if (compression === 'gzip') {
    const least = encoding === 'raw' && dataOffset !== undefined ? dataOffset + dataLength : 1
    return await checkInflated('NRRD', input, least, signal)
  }
  const parts = dataOffset === undefined ? data : [sliced(input, dataOffset)]
  if (encoding === 'gzip') {
    // Lines are skipped before the data are inflated, which then begin nobody knows where.
    if (lineSkip > 0) return
    for (const part of parts) await checkInflated('NRRD', part, dataLength / parts.length + skipped, signal)
    return
  }
  const values = dataLength / bytesOfType(dataType)
  // A digit and a space each; but for the last one's space.
  const least = encoding === 'raw' ? dataLength : encoding === 'hex' ? dataLength * 2 : values * 2 - 1
  const size = parts.reduce((sum, part) => sum + part.size - skipped, 0)
  if (size < least) throw cutOff('NRRD')
}
