import { GantryError } from '@gantry/core'

/** Where a store of studies is, as links of viewers name it. */
export interface DownloadBucket {
  readonly bucket: string
  /** What stands before `studies/`; empty at the bucket's root. */
  readonly bucketPrefix: string
  /** Absent for public buckets: then no credentials are sent at all. */
  readonly token?: string
}

/** The same from a caller, who may leave out what a link may leave out. */
export interface DownloadBucketInput {
  readonly bucket: string
  readonly bucketPrefix?: string | null | undefined
  readonly token?: string | null | undefined
}

const defaultPrefix = 'dicomweb'

/**
 * Reads a viewer's link, such as `/download/<bucket>/<prefix>?token=`: the bucket is the second segment of the path,
 * whatever the first is; the others are its prefix, to which `/dicomweb` is added. What is given in parts is taken as it
 * is; without a prefix it is `dicomweb`. Whose host it is does not matter. Throws `invalid`; the message never holds the
 * link, which may hold a token.
 */
export function parseBucket(given: string | DownloadBucketInput): DownloadBucket {
  if (typeof given === 'string') return parseLink(given)
  const prefix = (given.bucketPrefix ?? defaultPrefix).replaceAll(/^\/+|\/+$/gu, '')
  return bucketOf(given.bucket, prefix, given.token)
}

function parseLink(link: string): DownloadBucket {
  let segments: string[]
  let token: string | null
  try {
    // A link without a host is one of the page's own.
    const { pathname, searchParams } = new URL(link, 'https://localhost')
    segments = pathname.split('/').slice(2).map(decodeURIComponent)
    token = searchParams.get('token')
  } catch {
    // Without its cause, whose message holds the link.
    throw new GantryError('invalid', 'The link to the bucket is no URL.')
  }
  const [bucket = '', ...prefix] = segments
  const named = prefix.filter((segment) => segment !== '')
  return bucketOf(bucket, [...named, defaultPrefix].join('/'), token)
}

function bucketOf(bucket: string, bucketPrefix: string, token: string | null | undefined): DownloadBucket {
  if (bucket === '' || /[/\s?#]/u.test(bucket)) {
    throw namesNoBucket()
  }
  if (bucketPrefix.split('/').some((segment) => segment === '.' || segment === '..')) {
    throw new GantryError('invalid', 'The prefix of a bucket has no "." or ".." segments.')
  }
  // As text, `null` and `undefined` come from templates of links: they are no tokens.
  const has = token !== null && token !== undefined && !['', 'null', 'undefined'].includes(token)
  return { bucket, bucketPrefix, ...(has && { token }) }
}

function namesNoBucket(): GantryError {
  return new GantryError(
    'invalid',
    'The link names no bucket: that is the second segment of its path, as in /download/<bucket>/<prefix>.',
  )
}
