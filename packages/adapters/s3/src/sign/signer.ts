import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto'

import type { Credentials } from '../credentials.ts'
import { canonicalQuery, percentEncode } from './percent-encode.ts'

/** Says that the signature does not cover the body: its checksum header, which is signed, does. */
export const unsignedPayload = 'UNSIGNED-PAYLOAD'

/** A request as the signature sees it; header names in lower case, the path encoded. */
export interface Signable {
  readonly method: string
  readonly path: string
  readonly query: readonly (readonly [string, string])[]
  readonly headers: ReadonlyMap<string, string>
  /** SHA-256 of the body in hexadecimal, or one of the words that S3 takes instead. */
  readonly payload: string
}

/** Left out of signatures: proxies on the way may change them. */
const unsigned: ReadonlySet<string> = new Set(['authorization', 'expect', 'user-agent', 'connection'])

/**
 * AWS Signature Version 4 (docs.aws.amazon.com, "Signature Version 4 signing process"). Keeps the signing key, which
 * changes once a day and costs four HMACs: a request then takes two hashes and one HMAC.
 */
export class Signer {
  readonly #service: string
  #key: { readonly of: string; readonly key: KeyObject } | undefined

  constructor(service = 's3') {
    this.#service = service
  }

  /** Value of the `authorization` header. The request holds `host` and `x-amz-date` already. */
  authorization(request: Signable, credentials: Credentials, region: string, timestamp: string): string {
    const names = [...request.headers.keys()].filter((name) => !unsigned.has(name)).sort()
    const signedHeaders = names.join(';')
    const scope = this.#scope(region, timestamp)
    const signature = this.#signature(request, names, credentials, scope, timestamp)
    return `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`
  }

  /** Query of a URL that needs no header, for `expiresIn` seconds. */
  presignedQuery(
    request: Omit<Signable, 'payload'>,
    credentials: Credentials,
    region: string,
    timestamp: string,
    expiresIn: number,
  ): string {
    const names = [...request.headers.keys()].sort()
    const scope = this.#scope(region, timestamp)
    const query: [string, string][] = [
      ...request.query.map(([name, value]): [string, string] => [name, value]),
      ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
      ['X-Amz-Credential', `${credentials.accessKeyId}/${scope}`],
      ['X-Amz-Date', timestamp],
      ['X-Amz-Expires', String(expiresIn)],
      ['X-Amz-SignedHeaders', names.join(';')],
    ]
    if (credentials.sessionToken !== undefined) query.push(['X-Amz-Security-Token', credentials.sessionToken])
    const signature = this.#signature(
      { ...request, query, payload: unsignedPayload },
      names,
      credentials,
      scope,
      timestamp,
    )
    return `${canonicalQuery(query)}&X-Amz-Signature=${percentEncode(signature)}`
  }

  #signature(
    request: Signable,
    names: readonly string[],
    credentials: Credentials,
    scope: string,
    timestamp: string,
  ): string {
    let canonical = `${request.method}\n${request.path}\n${canonicalQuery(request.query)}\n`
    for (const name of names) {
      canonical += `${name}:${(request.headers.get(name) ?? '').trim().replace(/ {2,}/gu, ' ')}\n`
    }
    canonical += `\n${names.join(';')}\n${request.payload}`
    const toSign = `AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${hash('sha256', canonical, 'hex')}`
    return createHmac('sha256', this.#keyFor(credentials, scope)).update(toSign).digest('hex')
  }

  #scope(region: string, timestamp: string): string {
    return `${timestamp.slice(0, 8)}/${region}/${this.#service}/aws4_request`
  }

  #keyFor(credentials: Credentials, scope: string): KeyObject {
    const of = `${scope}\n${credentials.secretAccessKey}`
    if (this.#key?.of === of) return this.#key.key
    let bytes = Buffer.from(`AWS4${credentials.secretAccessKey}`)
    for (const part of scope.split('/')) bytes = createHmac('sha256', bytes).update(part).digest()
    const key = createSecretKey(bytes)
    this.#key = { of, key }
    return key
  }
}

let second = -1
let formatted = ''

/** A time as SigV4 writes it, `20260102T030405Z`. */
export function timestampOf(milliseconds: number): string {
  const now = Math.floor(milliseconds / 1000)
  if (now !== second) {
    formatted = `${new Date(now * 1000).toISOString().replace(/[:-]/gu, '').slice(0, 15)}Z`
    second = now
  }
  return formatted
}
