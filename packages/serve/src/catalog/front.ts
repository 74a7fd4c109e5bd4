import { type DicomHeader, fileMeta } from '@gantry/dicom'

import type { KnownImage } from './described.ts'

/** What an instance is served with that is stored without preamble or meta information: DICOMweb gives files of PS3.10. */
export interface Front {
  readonly bytes: Uint8Array
  /** First bytes of the file that are left out. */
  readonly skipped: number
}

/** Names this server in what it puts before data sets (PS3.7 D.3.3.2). */
const implementation = {
  implementationClassUID: '2.25.2415887355202207792281336020256164078',
  implementationVersionName: 'GANTRY_SERVE',
}

/** `undefined` for what is a file of PS3.10 as it is. */
export function frontOf(header: DicomHeader, image: KnownImage): Front | undefined {
  const { preamble, meta } = header
  if (meta.length === 0) return { bytes: fileMeta({ ...image, ...implementation }), skipped: preamble ? 132 : 0 }
  if (preamble) return undefined
  const bytes = new Uint8Array(startOfMeta(header) === 0 ? 132 : 128)
  bytes.set([0x44, 0x49, 0x43, 0x4d].slice(0, bytes.length - 128), 128)
  return { bytes, skipped: 0 }
}

/** 4 where the prefix `DICM` comes first, without the 128 bytes before it. */
function startOfMeta({ meta }: DicomHeader): number {
  return meta.reduce((start, { offset, vr, encoding }) => {
    return Math.min(start, offset - (encoding.explicit && longHeads.has(vr) ? 12 : 8))
  }, Infinity)
}

/** Of VRs that group 0002 has, those whose length takes 4 bytes. */
const longHeads: ReadonlySet<string> = new Set(['OB', 'UN'])

/** As the index keeps it. */
export function frontToText({ bytes }: Front): string {
  return btoa(String.fromCharCode(...bytes))
}

export function frontFromText(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}
