import { widths } from './widths.ts'

const texts: Readonly<Record<string, string>> = {
  AE: 'ANONYMIZED',
  AS: '000Y',
  CS: 'ANONYMIZED',
  DA: '19000101',
  DS: '0',
  DT: '19000101000000',
  IS: '0',
  LO: 'ANONYMIZED',
  LT: 'ANONYMIZED',
  PN: 'ANONYMIZED',
  SH: 'ANONYMIZED',
  ST: 'ANONYMIZED',
  TM: '000000',
  UC: 'ANONYMIZED',
  UR: 'urn:anonymized',
  UT: 'ANONYMIZED',
}

/** Bytes of the shortest value: a tag is two numbers, and the others have an even length. */
const lengths: Readonly<Record<string, number>> = { ...widths, AT: 4, OB: 2, UN: 2 }

/** A value that means nothing and is one of the VR: ASCII, which is written the same in all character sets. */
export function dummyOf(vr: string): string | Uint8Array {
  return texts[vr] ?? new Uint8Array(lengths[vr] ?? 2)
}
