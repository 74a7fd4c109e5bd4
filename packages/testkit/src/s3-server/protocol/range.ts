import { S3Error } from './s3-error.ts'

export interface ByteSpan {
  readonly start: number
  /** Exclusive. */
  readonly end: number
}

/**
 * What a Range header asks for of an object of `size` bytes (RFC 9110, 14.1.2); undefined where it is to be ignored:
 * absent, malformed, or several ranges, which S3 does not serve. Throws InvalidRange where nothing of it exists.
 */
export function parseRange(header: string | undefined, size: number): ByteSpan | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '')
  if (!match) return undefined
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return undefined
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1)
  if (start >= end) {
    throw new S3Error('InvalidRange', {
      headers: { 'content-range': `bytes */${size}` },
      elements: { RangeRequested: header ?? '', ActualObjectSize: String(size) },
    })
  }
  return { start, end }
}
