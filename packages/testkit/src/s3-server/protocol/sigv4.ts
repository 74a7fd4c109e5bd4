import { createHash, createHmac } from 'node:crypto'
import { encodePath, encodeUri } from './uri.ts'

/** AWS Signature Version 4, "Authenticating Requests" of the S3 API reference. */
export const signatureAlgorithm = 'AWS4-HMAC-SHA256'
export const emptySha256 = sha256Hex('')

export interface Scope {
  /** `YYYYMMDD` */
  readonly date: string
  readonly region: string
}

export interface Signable {
  readonly method: string
  readonly path: string
  /** Without the signature itself. */
  readonly pairs: readonly (readonly [name: string, value: string])[]
  readonly headers: ReadonlyMap<string, string>
  readonly signedHeaders: readonly string[]
  readonly payloadHash: string
}

export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

export function hmacHex(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex')
}

export function scopeText(scope: Scope): string {
  return `${scope.date}/${scope.region}/s3/aws4_request`
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}

function canonicalQuery(pairs: Signable['pairs']): string {
  return pairs
    .map(([name, value]) => [encodeUri(name), encodeUri(value)] as const)
    .sort((left, right) => compare(left[0], right[0]) || compare(left[1], right[1]))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

function canonicalRequest(request: Signable): string {
  const names = request.signedHeaders.toSorted()
  const headers = names.map((name) => `${name}:${(request.headers.get(name) ?? '').trim().replace(/ +/g, ' ')}\n`)
  return [
    request.method,
    encodePath(request.path),
    canonicalQuery(request.pairs),
    headers.join(''),
    names.join(';'),
    request.payloadHash,
  ].join('\n')
}

const signingKeys = new Map<string, Buffer>()

/** Depends on the day, so it is worth keeping; the few that are kept are dropped together. */
export function signingKey(secret: string, scope: Scope): Buffer {
  const name = JSON.stringify([secret, scope.date, scope.region])
  const known = signingKeys.get(name)
  if (known) return known
  let key = Buffer.from(`AWS4${secret}`)
  for (const word of [scope.date, scope.region, 's3', 'aws4_request']) {
    key = createHmac('sha256', key).update(word).digest()
  }
  if (signingKeys.size > 100) signingKeys.clear()
  signingKeys.set(name, key)
  return key
}

/** @param time `YYYYMMDDTHHMMSSZ` */
export function signRequest(request: Signable, key: Buffer, time: string, scope: Scope): string {
  const lines = [signatureAlgorithm, time, scopeText(scope), sha256Hex(canonicalRequest(request))]
  return hmacHex(key, lines.join('\n'))
}
