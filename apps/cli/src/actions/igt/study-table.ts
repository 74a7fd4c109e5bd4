import { GantryError } from '@gantry/core'

export type Row = Readonly<Record<string, string>>

/** Of no use beside the data. */
const leftOut: ReadonlySet<string> = new Set(['studyType', 's3Prefix', 'patientS3prefix'])

/**
 * A study as one row: what lies deeper has the name above it in front (`patient.dateOfBirth`: `patientDateofbirth`),
 * lists are joined by commas, and lists of things with parts of their own are JSON.
 */
export function flattenStudy(study: Readonly<Record<string, unknown>>): Row {
  const row: Record<string, string> = {}
  const add = (value: Readonly<Record<string, unknown>>, above: string) => {
    for (const [key, one] of Object.entries(value)) {
      const name = above === '' ? key : `${above}${titled(key.startsWith(above) ? key.slice(above.length) : key)}`
      if (leftOut.has(name)) continue
      if (typeof one === 'object' && one !== null && !Array.isArray(one)) add(one as Record<string, unknown>, name)
      else row[name] = cellOf(one)
    }
  }
  add(study, '')
  return row
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string') return value
  if (!Array.isArray(value)) return JSON.stringify(value)
  const isPlain = value.every((one) => typeof one !== 'object' || one === null)
  return isPlain ? value.map(cellOf).join(', ') : JSON.stringify(value)
}

function titled(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1).toLowerCase()}`
}

/** RFC 4180, with the columns of all rows. */
export function formatTable(rows: readonly Row[]): string {
  const names = new Set(rows.flatMap((row) => Object.keys(row)))
  // As igtcloud has them: at the end.
  for (const name of ['filename', 'filesize']) if (names.delete(name)) names.add(name)
  const columns = [...names]
  const lines = [columns, ...rows.map((row) => columns.map((name) => row[name] ?? ''))]
  return lines.map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('')
}

function quoted(cell: string): string {
  const text = asText(cell)
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/**
 * A cell that a spreadsheet would run as a formula has an apostrophe in front, which makes it a text there: names and
 * comments are written by others. Numbers are none.
 */
function asText(cell: string): string {
  return /^'*[=+\-@\t\r＝＋－＠]/u.test(cell) && !number.test(cell) ? `'${cell}` : cell
}

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/iu

/** The cell that `asText` made a text of. */
function ofText(text: string): string {
  return text.replace(/^'(?='*[=+\-@\t\r＝＋－＠])/u, '')
}

/** What tells studies apart in a table. */
export const studyColumn = 'studyDatabaseId'

/** The rows of a table as `formatTable` writes it; `invalid` where a spreadsheet has saved it in a way of its own. */
export function readTable(bytes: Uint8Array, path: string): Row[] {
  const rows = parseTable(decoded(bytes, path))
  const [first] = rows
  if (first === undefined || studyColumn in first) return rows
  throw otherTable(path, `it has no column ${studyColumn}`)
}

function decoded(bytes: Uint8Array, path: string): string {
  try {
    // Leaves out a byte order mark.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw otherTable(path, 'it is not in UTF-8')
  }
}

function otherTable(path: string, why: string): GantryError {
  const advice = 'save it as CSV in UTF-8 with commas, or leave --append out to write a new one'
  return new GantryError('invalid', `The table that is there cannot be gone on with: ${why}. To mend it, ${advice}.`, {
    path,
  })
}

function parseTable(text: string): Row[] {
  const lines: string[][] = []
  let cells: string[] = []
  for (const [, inQuotes, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n?|\n|$)/gu)) {
    cells.push(ofText(inQuotes?.replaceAll('""', '"') ?? plain ?? ''))
    if (end === ',') continue
    if (cells.length > 1 || cells[0] !== '') lines.push(cells)
    cells = []
  }
  const [columns = [], ...rows] = lines
  return rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index] ?? ''])))
}
