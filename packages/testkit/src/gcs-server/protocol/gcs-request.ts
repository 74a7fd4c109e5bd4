import type { IncomingMessage } from 'node:http'

import { GcsError } from './gcs-error.ts'
import { type GcsOperation, operationOf } from './operation.ts'

/** A request, taken apart but not yet believed. */
export interface GcsRequest {
  readonly method: string
  readonly api: 'json' | 'xml' | 'retry-test'
  /** Empty for the project itself. */
  readonly bucket: string
  /** Empty for the bucket itself. */
  readonly object: string
  /** What the URL says to be done with the object: `compose`, `rewriteTo`, `copyTo`. */
  readonly action: string
  /** Of `rewriteTo` and `copyTo`. */
  readonly target: { readonly bucket: string; readonly object: string } | undefined
  readonly operation: GcsOperation | undefined
  /** As it was sent, without its query. */
  readonly rawPath: string
  readonly rawQuery: string
  readonly query: URLSearchParams
  readonly headers: ReadonlyMap<string, string>
  /** `http://host:port`, as the client knows it. */
  readonly origin: string
  readonly body: IncomingMessage
}

interface Place {
  readonly api: GcsRequest['api']
  readonly upload: boolean
  readonly bucket: string
  readonly object: string
  readonly action: string
  readonly target?: GcsRequest['target']
}

export function parseRequest(incoming: IncomingMessage): GcsRequest {
  const { method = 'GET', url = '/' } = incoming
  const mark = url.indexOf('?')
  const rawPath = mark === -1 ? url : url.slice(0, mark)
  const rawQuery = mark === -1 ? '' : url.slice(mark + 1)
  const query = new URLSearchParams(rawQuery)
  const headers = headersOf(incoming)
  const place = placeOf(rawPath)
  const { api, bucket, object, action, target } = place
  const operation = operationOf({ method, query, headers, ...place })
  const origin = `http://${headers.get('host') ?? 'localhost'}`
  return {
    method,
    api,
    bucket,
    object,
    action,
    target,
    operation,
    rawPath,
    rawQuery,
    query,
    headers,
    origin,
    body: incoming,
  }
}

const prefixes: readonly (readonly [prefix: string, upload: boolean])[] = [
  ['/storage/v1/b', false],
  ['/download/storage/v1/b', false],
  ['/upload/storage/v1/b', true],
  ['/resumable/upload/storage/v1/b', true],
  // What libraries ask for where STORAGE_EMULATOR_HOST is set. No bucket has a name of one letter.
  ['/b', false],
]

function placeOf(path: string): Place {
  const nowhere = { upload: false, bucket: '', object: '', action: '' }
  if (path === '/retry_test' || path.startsWith('/retry_test/')) return { api: 'retry-test', ...nowhere }
  for (const [prefix, upload] of prefixes) {
    if (path === prefix) return { api: 'json', ...nowhere, upload }
    if (path.startsWith(`${prefix}/`)) return jsonPlace(path.slice(prefix.length + 1), upload)
  }
  const [bucket = '', ...key] = path.slice(1).split('/')
  return { api: 'xml', ...nowhere, bucket: decode(bucket), object: decode(key.join('/')) }
}

function jsonPlace(rest: string, upload: boolean): Place {
  const [bucket = '', o, object = '', action = '', , targetBucket = '', , targetObject = ''] = rest
    .split('/')
    .map(decode)
  if (o !== undefined && o !== 'o') return { api: 'json', upload, bucket, object: '', action: o }
  const target = targetObject === '' ? {} : { target: { bucket: targetBucket, object: targetObject } }
  return { api: 'json', upload, bucket, object, action: o === 'o' && object === '' ? 'objects' : action, ...target }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new GcsError('invalid', { message: 'The URL is not percent-encoded UTF-8.' })
  }
}

/** Repeated headers joined by commas. */
function headersOf({ rawHeaders }: IncomingMessage): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase()
    const value = rawHeaders[index + 1] ?? ''
    const before = headers.get(name)
    headers.set(name, before === undefined ? value : `${before},${value}`)
  }
  return headers
}
