/** Value representations of PS3.5 6.2. */
export type ValueRepresentation =
  | 'AE'
  | 'AS'
  | 'AT'
  | 'CS'
  | 'DA'
  | 'DS'
  | 'DT'
  | 'FD'
  | 'FL'
  | 'IS'
  | 'LO'
  | 'LT'
  | 'OB'
  | 'OD'
  | 'OF'
  | 'OL'
  | 'OV'
  | 'OW'
  | 'PN'
  | 'SH'
  | 'SL'
  | 'SQ'
  | 'SS'
  | 'ST'
  | 'SV'
  | 'TM'
  | 'UC'
  | 'UI'
  | 'UL'
  | 'UN'
  | 'UR'
  | 'US'
  | 'UT'
  | 'UV'

const long: ReadonlySet<ValueRepresentation> = new Set([
  'OB',
  'OD',
  'OF',
  'OL',
  'OV',
  'OW',
  'SQ',
  'SV',
  'UC',
  'UN',
  'UR',
  'UT',
  'UV',
])

/** Whether explicit encodings give it two reserved bytes and a length of 32 bits (PS3.5 7.1.2). */
export function hasLongLength(vr: ValueRepresentation): boolean {
  return long.has(vr)
}

const padded: ReadonlySet<ValueRepresentation> = new Set(['OB', 'UN', 'UI', 'OW', 'OL', 'OV', 'OF', 'OD'])

/** What makes a value of odd length even: NUL in UIDs and binary values, else a space (PS3.5 6.2). */
export function paddingOf(vr: ValueRepresentation): number {
  return padded.has(vr) ? 0x00 : 0x20
}
