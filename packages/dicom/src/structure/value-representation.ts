/** A VR as its two characters in one number; 0 where an implicit encoding has none. */
function vrCode(vr: string): number {
  return (vr.charCodeAt(0) << 8) | vr.charCodeAt(1)
}

export function vrName(code: number): string {
  return knownNames.get(code) ?? String.fromCharCode(code >> 8, code & 0xff)
}

const shortLength = 'AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US'.split(' ')
const longLength = 'OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' ')

/** Made once: a header has a hundred of them. */
const knownNames: ReadonlyMap<number, string> = new Map([...shortLength, ...longLength].map((vr) => [vrCode(vr), vr]))

export const vrCodes = { SQ: vrCode('SQ'), UN: vrCode('UN'), UI: vrCode('UI') } as const

const known = 1
const long = 2
const binary = 4

const traits = new Uint8Array(0x10000)
for (let first = 0x41; first <= 0x5a; first += 1) {
  // Two capital letters of no known VR are one of the future: those have long lengths (PS3.5 6.2).
  for (let second = 0x41; second <= 0x5a; second += 1) traits[(first << 8) | second] = long
}
for (const vr of shortLength) traits[vrCode(vr)] = known
for (const vr of longLength) traits[vrCode(vr)] = known | long | (vr.startsWith('O') ? binary : 0)

/** One of PS3.5 table 6.2-1. */
export function isKnownVR(code: number): boolean {
  return ((traits[code] as number) & known) !== 0
}

/** Two reserved bytes and a length of 32 bits, in explicit encodings (PS3.5 7.1.2). */
export function hasLongLength(code: number): boolean {
  return ((traits[code] as number) & long) !== 0
}

/** OB, OW and their kin: of undefined length they hold fragments, not data sets (PS3.5 A.4). */
export function isBinary(code: number): boolean {
  return ((traits[code] as number) & binary) !== 0
}
