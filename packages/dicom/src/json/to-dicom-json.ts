import type { DicomJson } from '@gantry/core'

import type { DicomHeader } from '../header/dicom-header.ts'
import { Conversion, outermost } from './conversion.ts'
import type { DicomJsonOptions } from './dicom-json.ts'

/**
 * The DICOM JSON model of a header (PS3.18 F): without the meta information, unless it is asked for, group lengths, and
 * the pixel data unless `bulkDataURI` has a place for them. `invalid` where a sequence turns out to be malformed.
 */
export function toDicomJson(header: DicomHeader, options: DicomJsonOptions = {}): DicomJson {
  const conversion = new Conversion(options)
  return { ...conversion.dataSet(header.elements, outermost), ...conversion.besides(header) }
}
