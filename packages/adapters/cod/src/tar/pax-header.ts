import { GantryError, utf8Length } from '@gantry/core/driver'

export const blockSize = 512
/** Bytes before each file: a header that announces a record, the record, and the file's own header. */
export const headersSize = 3 * blockSize
/** A tar is padded to a multiple of this. */
export const recordSize = 10_240

/** The largest number that its field can hold; what is larger stands in the record alone. */
const largestSize = 8 ** 11 - 1
const encoder = new TextEncoder()

export interface TarFile {
  readonly name: string
  readonly size: number
  /** Seconds; fractions stand in the record. */
  readonly mtime: number
}

/** What comes before a file in a tar in POSIX's PAX format, byte for byte as Python writes it. */
export function paxHeader({ name, size, mtime }: TarFile): Uint8Array {
  const large = size > largestSize
  const long = utf8Length(name) > 100 || !/^[ -~]*$/u.test(name)
  const records = [
    ...(long ? [record('path', name)] : []),
    record('mtime', Number.isInteger(mtime) ? `${mtime}.0` : String(mtime)),
    ...(large ? [record('size', String(size))] : []),
  ].join('')
  const content = encoder.encode(records)
  if (content.length > blockSize) throw new GantryError('invalid', 'The name is too long for a tar.')
  const headers = new Uint8Array(headersSize)
  headers.set(ustarHeader({ name: '././@PaxHeader', size: content.length, mtime: 0 }, 'x', 0))
  headers.set(content, blockSize)
  const field = long ? name.replaceAll(/[^ -~]/gu, '?').slice(0, 100) : name
  headers.set(ustarHeader({ name: field, size: large ? 0 : size, mtime }, '0', 0o644), 2 * blockSize)
  return headers
}

/** The length of a record counts itself. */
function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`
  const length = utf8Length(rest)
  let whole = length + String(length).length
  if (length + String(whole).length > whole) whole += 1
  return `${whole}${rest}`
}

function ustarHeader({ name, size, mtime }: TarFile, type: string, mode: number): Uint8Array {
  const header = new Uint8Array(blockSize)
  const put = (text: string, at: number) => header.set(encoder.encode(text), at)
  put(name, 0)
  put(octal(mode, 7), 100)
  put(octal(0, 7), 108)
  put(octal(0, 7), 116)
  put(octal(size, 11), 124)
  put(octal(mtime < 0 ? 0 : roundHalfEven(mtime), 11), 136)
  put('        ', 148)
  put(type, 156)
  put('ustar\u000000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  put(`${octal(sum, 6)}\0`, 148)
  return header
}

/** As Python rounds. */
function roundHalfEven(value: number): number {
  const below = Math.floor(value)
  if (value - below !== 0.5) return Math.round(value)
  return below % 2 === 0 ? below : below + 1
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0')
}

/** Zero bytes that make `size` a multiple of `unit`. */
export function paddingOf(size: number, unit: number): number {
  return (unit - (size % unit)) % unit
}
