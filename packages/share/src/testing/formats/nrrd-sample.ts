import { joined, textBytes } from './binary.ts'

/** A NRRD header of a 4x3x2 volume of shorts, with some lines changed or (`undefined`) left out. */
export function nrrdHeader(lines: { readonly [field: string]: string | undefined } = {}): string {
  const fields: { readonly [field: string]: string | undefined } = {
    type: 'short',
    dimension: '3',
    space: 'left-posterior-superior',
    sizes: '4 3 2',
    'space directions': '(1,0,0) (0,2,0) (0,0,3)',
    kinds: 'domain domain domain',
    endian: 'little',
    encoding: 'raw',
    'space origin': '(-10,-20,-30)',
    ...lines,
  }
  const text = Object.entries(fields).flatMap(([field, value]) => (value === undefined ? [] : [`${field}: ${value}`]))
  return ['NRRD0005', '# a comment', ...text, 'key:=value'].join('\n')
}

const nrrdData: Uint8Array<ArrayBuffer> = Uint8Array.from({ length: 48 }, (_, index) => index)

export function nrrdSample(
  lines: { readonly [field: string]: string | undefined } = {},
  data: Uint8Array = nrrdData,
): Uint8Array<ArrayBuffer> {
  return joined(textBytes(`${nrrdHeader(lines)}\n\n`), data)
}
