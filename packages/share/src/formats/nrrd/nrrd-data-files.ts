import { malformed } from '../errors.ts'
import type { NrrdText } from './nrrd-text.ts'

/** A pattern that names more files than this is refused before they are named. */
const mostFiles = 100_000

/** The names in `data file`: one, those of a list, or those of a pattern `%03d MIN MAX STEP`. */
export function dataFilesOf({ fields, listed }: NrrdText): readonly string[] {
  const value = fields.get('datafile')
  if (value === undefined) return []
  if (/^LIST\b/u.test(value)) {
    if (listed.length === 0) throw malformed('NRRD', 'its list of data files is empty')
    return listed
  }
  const [, before, zero, width, after, ...numbers] =
    /^(.*)%(0?)(\d*)d(\S*)\s+(-?\d+)\s+(-?\d+)\s+(-?\d+)(?:\s+\d+)?$/u.exec(value) ?? []
  if (before === undefined) return [value]
  const [min = 0, max = 0, step = 0] = numbers.map(Number)
  const count = Math.floor((max - min) / step) + 1
  if (!Number.isSafeInteger(count) || count < 1 || count > mostFiles || Number(width) > 16) {
    throw malformed('NRRD', 'its pattern of data files names none')
  }
  return Array.from({ length: count }, (_, index) => {
    const number = String(min + index * step).padStart(Number(width), zero === '0' ? '0' : ' ')
    return `${before}${number}${after ?? ''}`
  })
}
