import { GantryError } from '../errors/gantry-error.ts'

/** Paths longer than this (UTF-8 bytes) are refused before any store is asked. */
export const longestPath = 4096

/**
 * Returns the path in NFC, or throws `invalid`.
 *
 * Paths are relative and `/`-separated, without empty, `.` or `..` segments, NUL or lone surrogates, so that a name
 * from a server or a header can never escape the folder it is written to.
 */
export function checkPath(path: string): string {
  const problem = problemOf(path)
  if (problem !== undefined) throw new GantryError('invalid', `The path ${problem}.`, { path })
  return path.normalize('NFC')
}

/** Whether `checkPath` accepts it; for callers that pass over what it refuses. */
export function isPath(path: string): boolean {
  return problemOf(path) === undefined
}

function problemOf(path: string): string | undefined {
  if (path === '') return 'is empty'
  if (path.includes('\0')) return 'contains a NUL'
  if (!path.isWellFormed()) return 'is not well-formed Unicode'
  if (path.startsWith('/')) return 'is not relative'
  // NFC can lengthen a path, as well as shorten it.
  if (utf8Length(path) > longestPath || utf8Length(path.normalize('NFC')) > longestPath) {
    return `is longer than ${longestPath} bytes`
  }
  for (const segment of path.split('/')) {
    if (segment === '') return 'has an empty segment'
    if (segment === '.' || segment === '..') return 'has a "." or ".." segment'
  }
  return undefined
}

/** Whether a path is `prefix` itself, or lies below it by whole segments; all are below none. */
export function isAtOrBelow(path: string, prefix: string | undefined): boolean {
  return prefix === undefined || prefix === '' || path === prefix || path.startsWith(`${prefix}/`)
}

/** Refuses, with `invalid`, a path that is longer than a store can keep: a cut name would be another entry's. */
export function checkLength(path: string, limits: { longestPath: number; longestSegment: number }): void {
  const segment = path.split('/').some((part) => utf8Length(part) > limits.longestSegment)
  if (!segment && utf8Length(path) <= limits.longestPath) return
  const [what, limit] = segment ? ['A name in the path', limits.longestSegment] : ['The path', limits.longestPath]
  throw new GantryError('invalid', `${what} is longer than the ${limit} bytes that the store can keep.`, { path })
}

/** Bytes that a string takes in UTF-8. */
export function utf8Length(text: string): number {
  let length = 0
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index)
    if (unit < 0x80) length += 1
    else if (unit < 0x800) length += 2
    else if (unit >= 0xd800 && unit <= 0xdbff) {
      length += 4
      index += 1
    } else length += 3
  }
  return length
}

/** Order of two paths by their UTF-8 bytes, as S3 and others list them. */
export function comparePaths(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index)
    const right = b.charCodeAt(index)
    if (left === right) continue
    // UTF-16 puts surrogates below U+E000 to U+FFFF, UTF-8 above.
    const leftHigh = left >= 0xd800 && left <= 0xdfff
    const rightHigh = right >= 0xd800 && right <= 0xdfff
    if (leftHigh !== rightHigh) return leftHigh ? 1 : -1
    return left - right
  }
  return a.length - b.length
}
