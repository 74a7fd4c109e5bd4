import { widths } from '../values/widths.ts'

/** VRs of values alike: what is one of them may be written as another. Written as something else, it may hold anything. */
const families = ['DS IS', 'US SS UL SL UV SV', 'FL FD', 'SH LO UC', 'OB OW OF OD OL OV'].map((names) =>
  names.split(' '),
)
const alike: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  families.flatMap((family) => family.map((vr) => [vr, new Set(family)] as const)),
)

/** Of `US or SS`, and of tables that are `OW` as well. */
const signedOrNot: ReadonlySet<string> = new Set(['xs', 'US', 'SS', 'OW', 'UN'])

/** Whether an attribute of this VR may be kept where a file writes it as that one. */
export function isWrittenAs(known: string, vr: string): boolean {
  if (known === 'xs') return signedOrNot.has(vr)
  return known === vr || alike.get(known)?.has(vr) === true
}

/** Bytes that a value is made of (PS3.5 6.2), and a little more that real files have: a decimal comma, small letters. */
const bytesOf: Readonly<Record<string, string>> = {
  AS: '0123456789DWMYdwmy',
  DA: '0123456789.',
  DS: '0123456789+-.,eE',
  DT: '0123456789+-.',
  IS: '0123456789+-',
  TM: '0123456789.:',
  UI: '0123456789.',
}
const padding = ' \\'
const digits = new Map(Object.entries(bytesOf).map(([vr, bytes]) => [vr, tableOf(bytes + padding)]))
/** Of codes: no comma, no caret, nothing beyond ASCII, of which names are made. */
const codes = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte < 0x7f && !'^,;@'.includes(String.fromCharCode(byte)) ? 1 : 0,
)
const esc = 0x1b
/** Short texts have no control characters but ESC, which begins another character set; longer ones have lines, but no NUL. */
const noControls = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x20 || byte === esc ? 1 : 0))
const noNuls = Uint8Array.from({ length: 256 }, (_, byte) => (byte === 0 ? 0 : 1))
const texts = new Map([
  ...['AE', 'LO', 'SH', 'UC'].map((vr) => [vr, noControls] as const),
  ...['LT', 'PN', 'ST', 'UR', 'UT'].map((vr) => [vr, noNuls] as const),
])
/** TimezoneOffsetFromUTC. */
const offsetTag = 0x00080201

/** Whether the bytes can be a value of the VR, so that keeping it keeps no more than that. */
export function fits(tag: number, vr: string, value: Uint8Array): boolean {
  const width = widths[vr]
  if (width !== undefined) return value.length % width === 0
  const table = vr === 'CS' ? codes : tag === offsetTag ? digits.get('IS') : (digits.get(vr) ?? texts.get(vr))
  if (table === undefined) return true
  let end = value.length
  while (end > 0 && value[end - 1] === 0) end -= 1
  for (let at = 0; at < end; at += 1) if (table[value[at] as number] !== 1) return false
  return true
}

/** What stands before the first control character, where that alone fits: many writers leave behind a NUL what was there. */
export function beforeControls(tag: number, vr: string, value: Uint8Array): Uint8Array | undefined {
  if (widths[vr] !== undefined) return undefined
  const part = value.subarray(
    0,
    Math.max(
      0,
      value.findIndex((byte) => byte < 0x20 && byte !== esc),
    ),
  )
  return part.some((byte) => byte !== 0x20) && fits(tag, vr, part) ? part : undefined
}

function tableOf(bytes: string): Uint8Array {
  const table = new Uint8Array(256)
  for (const one of bytes) table[one.charCodeAt(0)] = 1
  return table
}
