import type { DicomElement } from '../structure/data-set.ts'
import { latin1 } from '../values/ascii.ts'
import { swapped } from '../values/swapped.ts'

const wordWidths: { readonly [vr: string]: number | undefined } = { OW: 2, OL: 4, OF: 4, OD: 8, OV: 8 }

/** Base64 of a value in little endian, whatever the file has (PS3.18 F.2.7). */
export function inlineBinary({ vr, encoding }: DicomElement, value: Uint8Array): string {
  const width = encoding.bigEndian && Object.hasOwn(wordWidths, vr) ? (wordWidths[vr] ?? 1) : 1
  return btoa(latin1(width === 1 ? value : swapped(value, width)))
}
