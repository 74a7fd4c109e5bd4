import { S3Error } from './s3-error.ts'

/** What conditions are checked against. */
export interface Validators {
  /** Without quotes. */
  readonly etag: string
  /** Milliseconds since 1970. */
  readonly modified: number
}

/** The conditions of RFC 9110, 13.1, by whichever headers they came in. */
export interface Conditions {
  readonly ifMatch?: string | undefined
  readonly ifNoneMatch?: string | undefined
  readonly ifModifiedSince?: string | undefined
  readonly ifUnmodifiedSince?: string | undefined
}

export function conditionsOf(headers: ReadonlyMap<string, string>, prefix = ''): Conditions {
  return {
    ifMatch: headers.get(`${prefix}if-match`),
    ifNoneMatch: headers.get(`${prefix}if-none-match`),
    ifModifiedSince: headers.get(`${prefix}if-modified-since`),
    ifUnmodifiedSince: headers.get(`${prefix}if-unmodified-since`),
  }
}

export function matchesEtag(header: string, etag: string): boolean {
  return header
    .split(',')
    .map((one) => one.trim().replace(/^W\//, '').replaceAll('"', ''))
    .some((one) => one === '*' || one === etag)
}

/** Whole seconds, as HTTP dates have them; NaN for what is no date, which makes every comparison false. */
function secondsOf(date: string): number {
  return Math.floor(Date.parse(date) / 1000)
}

/** Entity tags go before dates (RFC 9110, 13.2.2). Throws PreconditionFailed. */
export function checkRead(conditions: Conditions, current: Validators): 'proceed' | 'not-modified' {
  const modified = Math.floor(current.modified / 1000)
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions
  if (ifMatch !== undefined) {
    if (!matchesEtag(ifMatch, current.etag)) throw failed('If-Match')
  } else if (ifUnmodifiedSince !== undefined && modified > secondsOf(ifUnmodifiedSince)) {
    throw failed('If-Unmodified-Since')
  }
  if (ifNoneMatch !== undefined) return matchesEtag(ifNoneMatch, current.etag) ? 'not-modified' : 'proceed'
  if (ifModifiedSince !== undefined && modified <= secondsOf(ifModifiedSince)) return 'not-modified'
  return 'proceed'
}

/** For PutObject and CompleteMultipartUpload, which know the entity tag conditions only. */
export function checkWrite(conditions: Conditions, current: Validators | undefined): void {
  const { ifMatch, ifNoneMatch } = conditions
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch.trim() !== '*') {
      throw new S3Error('NotImplemented', { message: 'If-None-Match of a write takes only an asterisk' })
    }
    if (current) throw failed('If-None-Match')
  }
  if (ifMatch !== undefined) {
    if (!current) throw new S3Error('NoSuchKey')
    if (!matchesEtag(ifMatch, current.etag)) throw failed('If-Match')
  }
}

function failed(condition: string): S3Error {
  return new S3Error('PreconditionFailed', { elements: { Condition: condition } })
}
