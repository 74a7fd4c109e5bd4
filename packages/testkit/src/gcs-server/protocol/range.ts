import { GcsError } from './gcs-error.ts'

export interface ByteSpan {
  readonly start: number
  /** Exclusive. */
  readonly end: number
}

/** What a Range header asks for of `size` bytes; undefined where it is absent, malformed or of several ranges. */
export function parseRange(header: string | undefined, size: number): ByteSpan | undefined {
  const [whole, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/u.exec(header ?? '') ?? []
  if (whole === undefined || (first === '' && last === '')) return undefined
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1)
  if (start >= end) throw new GcsError('outsideRange', { headers: { 'content-range': `bytes */${size}` } })
  return { start, end }
}

export interface ContentRange {
  /** Of the bytes that are sent; undefined where only the status is asked for. */
  readonly start: number | undefined
  /** Exclusive; undefined where it is not known before the end. */
  readonly end: number | undefined
  readonly total: number | undefined
}

/** `bytes 0-99/*`, `bytes * /100`, `bytes 0-* / *`: what a chunk of a resumable upload says of itself. */
export function parseContentRange(header: string | undefined): ContentRange {
  if (header === undefined) return { start: 0, end: undefined, total: undefined }
  const [whole, start = '', end = '', total = ''] = /^bytes (?:\*|(\d+)-(\d+|\*))\/(\d+|\*)$/u.exec(header) ?? []
  if (whole === undefined) throw new GcsError('invalid', { message: 'Failed to parse Content-Range header.' })
  const numberOf = (text: string) => (text === '' || text === '*' ? undefined : Number(text))
  const last = numberOf(end)
  return { start: numberOf(start), end: last === undefined ? undefined : last + 1, total: numberOf(total) }
}
