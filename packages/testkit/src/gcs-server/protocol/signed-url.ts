import { createHash, verify } from 'node:crypto'

import { encodeUri } from '../../s3-server/protocol/uri.ts'
import type { GcsWorld } from '../state/gcs-world.ts'
import { GcsError } from './gcs-error.ts'
import type { GcsRequest } from './gcs-request.ts'

const algorithm = 'GOOG4-RSA-SHA256'
const longest = 7 * 24 * 60 * 60

export function isSigned({ query }: GcsRequest): boolean {
  return query.has('X-Goog-Signature')
}

/** A V4 signature in the query ("Signatures" of the documentation), by one of the world's signers. */
export function verifySignature({ signers, now }: GcsWorld, request: GcsRequest): void {
  const { query } = request
  const of = (name: string) => query.get(`X-Goog-${name}`) ?? ''
  const credential = of('Credential')
  const [email = '', ...scope] = credential.split('/')
  const key = signers.get(email)
  const started = timeOf(of('Date'))
  const seconds = Number(of('Expires'))
  if (of('Algorithm') !== algorithm || started === undefined || !(seconds > 0 && seconds <= longest)) {
    throw new GcsError('invalid', { message: 'The query of the signed URL is malformed.' })
  }
  if (now() > started + seconds * 1000) throw new GcsError('expired')
  if (key === undefined) throw new GcsError('badSignature')
  const signature = Buffer.from(of('Signature'), 'hex')
  // A library may have signed the host without its port.
  const host = request.headers.get('host') ?? ''
  const hosts = [host, host.replace(/:\d+$/u, '')]
  const isRight = hosts.some((name) => {
    const text = [algorithm, of('Date'), scope.join('/'), sha256(canonical(request, name))].join('\n')
    return verify('sha256', Buffer.from(text), key, signature)
  })
  if (!isRight) throw new GcsError('badSignature')
}

function canonical({ method, rawPath, query, headers }: GcsRequest, host: string): string {
  const pairs = [...query].filter(([name]) => name !== 'X-Goog-Signature')
  const encoded = pairs.map(([name, value]) => `${encodeUri(name)}=${encodeUri(value)}`)
  const names = (query.get('X-Goog-SignedHeaders') ?? '').split(';').toSorted()
  const values = names.map((name) => `${name}:${(name === 'host' ? host : (headers.get(name) ?? '')).trim()}\n`)
  const payload = headers.get('x-goog-content-sha256')
  const hash = names.includes('x-goog-content-sha256') && payload !== undefined ? payload : 'UNSIGNED-PAYLOAD'
  const path = rawPath
    .split('/')
    .map((segment) => encodeUri(decodeURIComponent(segment)))
    .join('/')
  return [method, path, encoded.toSorted().join('&'), values.join(''), names.join(';'), hash].join('\n')
}

/** `YYYYMMDDTHHMMSSZ` */
function timeOf(text: string): number | undefined {
  const iso = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/u, '$1-$2-$3T$4:$5:$6Z')
  const time = Date.parse(iso)
  return Number.isNaN(time) ? undefined : time
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
