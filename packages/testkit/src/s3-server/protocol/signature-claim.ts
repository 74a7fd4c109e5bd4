import { formatAmzTime } from './amz-time.ts'
import type { S3Request } from './request.ts'
import { S3Error, type S3ErrorCode } from './s3-error.ts'
import { type Scope, signatureAlgorithm } from './sigv4.ts'

/** What a request says about its signature, in its header or in its query. */
export interface Claim {
  readonly accessKeyId: string
  readonly scope: Scope
  /** `YYYYMMDDTHHMMSSZ` */
  readonly time: string
  readonly signedHeaders: readonly string[]
  readonly signature: string
  /** A hash, or one of the words that stand for it. */
  readonly payloadHash: string
  readonly token: string | undefined
  /** Seconds; only a presigned URL has it. */
  readonly expires: number | undefined
  /** The query that was signed. */
  readonly pairs: S3Request['pairs']
}

export function readClaim(request: S3Request): Claim | undefined {
  const header = request.headers.get('authorization')
  const presigned = request.query.has('X-Amz-Algorithm') || request.query.has('X-Amz-Signature')
  if (header !== undefined && presigned) {
    throw new S3Error('InvalidArgument', { message: 'Only one auth mechanism allowed' })
  }
  if (header !== undefined) return readHeader(request, header)
  return presigned ? readQuery(request) : undefined
}

function readHeader(request: S3Request, header: string): Claim {
  if (!header.startsWith(`${signatureAlgorithm} `)) {
    throw new S3Error('InvalidRequest', { message: `Please use ${signatureAlgorithm}` })
  }
  const fields = new Map(
    header
      .slice(signatureAlgorithm.length)
      .split(',')
      .map((field) => {
        const equals = field.indexOf('=')
        return [field.slice(0, equals).trim(), field.slice(equals + 1).trim()]
      }),
  )
  const payloadHash = request.headers.get('x-amz-content-sha256')
  if (payloadHash === undefined) {
    throw new S3Error('InvalidRequest', {
      message: 'Missing required header for this request: x-amz-content-sha256',
    })
  }
  return {
    ...readCredential(fields.get('Credential'), 'AuthorizationHeaderMalformed'),
    time: request.headers.get('x-amz-date') ?? dateHeader(request),
    signedHeaders: required(fields.get('SignedHeaders'), 'AuthorizationHeaderMalformed').split(';'),
    signature: required(fields.get('Signature'), 'AuthorizationHeaderMalformed'),
    payloadHash,
    token: request.headers.get('x-amz-security-token'),
    expires: undefined,
    pairs: request.pairs,
  }
}

function readQuery(request: S3Request): Claim {
  const parameter = (name: string) => required(request.query.get(name), 'AuthorizationQueryParametersError')
  if (parameter('X-Amz-Algorithm') !== signatureAlgorithm) throw new S3Error('AuthorizationQueryParametersError')
  return {
    ...readCredential(parameter('X-Amz-Credential'), 'AuthorizationQueryParametersError'),
    time: parameter('X-Amz-Date'),
    signedHeaders: parameter('X-Amz-SignedHeaders').split(';'),
    signature: parameter('X-Amz-Signature'),
    payloadHash: request.query.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD',
    token: request.query.get('X-Amz-Security-Token'),
    expires: Number(parameter('X-Amz-Expires')),
    pairs: request.pairs.filter(([name]) => name !== 'X-Amz-Signature'),
  }
}

function readCredential(text: string | undefined, code: S3ErrorCode): { accessKeyId: string; scope: Scope } {
  const words = required(text, code).split('/')
  const [date, region, service, end] = words.slice(-4)
  const accessKeyId = words.slice(0, -4).join('/')
  if (!accessKeyId || !date || !region || service !== 's3' || end !== 'aws4_request') throw new S3Error(code)
  return { accessKeyId, scope: { date, region } }
}

function required(text: string | undefined, code: S3ErrorCode): string {
  if (text === undefined || text === '') throw new S3Error(code)
  return text
}

function dateHeader(request: S3Request): string {
  const time = Date.parse(request.headers.get('date') ?? '')
  return Number.isNaN(time) ? '' : formatAmzTime(time)
}
