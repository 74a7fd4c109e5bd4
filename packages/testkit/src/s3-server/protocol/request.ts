import type { IncomingMessage } from 'node:http'
import { operationOf, type S3Operation } from './operation.ts'
import { S3Error } from './s3-error.ts'
import { decodeUri, parseQuery } from './uri.ts'

/** A request, taken apart but not yet believed. */
export interface S3Request {
  readonly method: string
  /** Empty for the service itself. */
  readonly bucket: string
  /** Empty for the bucket itself. */
  readonly key: string
  /** Decoded, with its leading slash. */
  readonly path: string
  readonly pairs: readonly (readonly [name: string, value: string])[]
  readonly query: ReadonlyMap<string, string>
  readonly headers: ReadonlyMap<string, string>
  readonly operation: S3Operation | undefined
  readonly body: IncomingMessage
}

/** Throws InvalidURI for what is not percent-encoded UTF-8. */
export function parseRequest(incoming: IncomingMessage): S3Request {
  const method = incoming.method ?? 'GET'
  const url = incoming.url ?? '/'
  const mark = url.indexOf('?')
  const path = decodeUri(mark === -1 ? url : url.slice(0, mark))
  const pairs = mark === -1 ? [] : parseQuery(url.slice(mark + 1))
  const query = new Map(pairs)
  const slash = path.indexOf('/', 1)
  const bucket = slash === -1 ? path.slice(1) : path.slice(1, slash)
  const key = slash === -1 ? '' : path.slice(slash + 1)
  const headers = readHeaders(incoming)
  const copies = headers.has('x-amz-copy-source')
  const operation = operationOf({ method, bucket, key, query, copies })
  return { method, bucket, key, path, pairs, query, headers, operation, body: incoming }
}

/** Repeated headers joined by commas, in their order, as SigV4 canonicalises them. */
function readHeaders(incoming: IncomingMessage): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  const raw = incoming.rawHeaders
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase()
    const value = raw[index + 1] ?? ''
    const before = headers.get(name)
    headers.set(name, before === undefined ? value : `${before},${value}`)
  }
  return headers
}

/** An integer parameter between `least` and `most`, or `fallback` where it is absent. */
export function integerOf(text: string | undefined, fallback: number, least: number, most: number): number {
  if (text === undefined || text === '') return fallback
  const value = Number(text)
  if (!Number.isInteger(value) || value < least) throw new S3Error('InvalidArgument')
  return Math.min(value, most)
}
