import { GantryError } from '@gantry/core'

import { cutOff } from '../errors.ts'
import { checkInflated } from '../input/check-inflated.ts'
import type { FileInput } from '../input/file-input.ts'
import type { UnnamedVolume } from '../dicom/dicom-volumes.ts'
import type { NiftiHeader } from '../nifti/nifti-header.ts'
import type { Compressed } from '../recognise/recognised.ts'
import { baseName } from './base-name.ts'
import type { LoadContext } from './load-context.ts'

/** A volume of one file, or of a header and the image file that has its name. */
export async function loadNifti(
  input: FileInput,
  header: NiftiHeader & Compressed,
  context: LoadContext,
): Promise<UnnamedVolume> {
  const { dataOffset, dataLength, compression, detached, dimensions, dataType, components } = header
  const data = detached ? imageOf(input, context) : input
  const compressed = detached ? data.name.toLowerCase().endsWith('.gz') : compression === 'gzip'
  if (compressed) await checkInflated('NIfTI', data, dataOffset + dataLength, context.signal)
  else if (dataOffset + dataLength > data.size) throw cutOff('NIfTI')
  const { transform, spacing, rescale, window } = header
  return {
    format: 'nifti',
    name: baseName(input.name),
    entries: context.take(detached ? [input, data] : [input]),
    dimensions,
    components,
    dataType,
    ...(spacing === undefined ? {} : { spacing }),
    ...(transform === undefined ? {} : { transform }),
    ...(rescale === undefined ? {} : { rescale }),
    ...(window === undefined ? {} : { window }),
  }
}

function imageOf({ name }: FileInput, context: LoadContext): FileInput {
  const stem = name.replace(/\.hdr(?:\.gz)?$/iu, '')
  for (const ending of ['.img', '.img.gz', '.IMG']) {
    const found = stem === name ? undefined : context.find(stem + ending)
    if (found !== undefined) return found
  }
  throw new GantryError('not_found', 'The image file of this header is missing: give both.')
}
