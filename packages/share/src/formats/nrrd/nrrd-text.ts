import { malformed } from '../errors.ts'

/** A header is read as far as this; real ones have a few kilobytes. */
export const longestNrrdHeader = 1024 * 1024

/** The lines of a NRRD header, taken apart but not yet understood. */
export interface NrrdText {
  readonly version: number
  /** By lower-case name without spaces: `spacedirections`. */
  readonly fields: ReadonlyMap<string, string>
  readonly keys: ReadonlyMap<string, string>
  /** The names that follow `data file: LIST`. */
  readonly listed: readonly string[]
  /** Where the data begin: behind the empty line. `undefined` where the header ends with the file. */
  readonly end: number | undefined
}

export function startsAsNrrd(bytes: Uint8Array): boolean {
  return /^NRRD000[1-5]\r?\n/u.test(latin1(bytes.subarray(0, 10)))
}

/**
 * The header that the bytes begin with. `undefined` when it goes on behind them: read more. `whole` says that the file
 * ends with them.
 */
export function nrrdTextOf(bytes: Uint8Array, whole: boolean): NrrdText | undefined {
  const end = endOfHeader(bytes)
  if (end === undefined && !whole) return undefined
  const lines = latin1(bytes.subarray(0, end?.header)).split(/\r?\n/u)
  const [magic = '', ...rest] = lines
  const fields = new Map<string, string>()
  const keys = new Map<string, string>()
  const listed: string[] = []
  let listing = false
  for (const line of rest) {
    if (line.startsWith('#') || line === '') continue
    if (listing) {
      listed.push(line.trim())
      continue
    }
    const [, name = '', separator, value = ''] = /^([^:]+):([= ])\s*(.*)$/su.exec(line) ?? []
    if (separator === undefined) throw malformed('NRRD', 'a line of its header is no field')
    if (separator === '=') keys.set(name, value)
    else fields.set(name.toLowerCase().replaceAll(' ', ''), value.trim())
    listing = /^data ?file$/iu.test(name) && /^LIST\b/u.test(value)
  }
  return { version: Number(magic.slice(7)), fields, keys, listed, end: end?.data }
}

function endOfHeader(bytes: Uint8Array): { header: number; data: number } | undefined {
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) {
    if (bytes[at + 1] === 10) return { header: at, data: at + 2 }
    if (bytes[at + 1] === 13 && bytes[at + 2] === 10) return { header: at, data: at + 3 }
  }
  return undefined
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes)
}
