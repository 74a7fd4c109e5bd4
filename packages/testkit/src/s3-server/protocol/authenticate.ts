import { timingSafeEqual } from 'node:crypto'
import { parseAmzTime } from './amz-time.ts'
import type { S3Credential } from './credentials.ts'
import type { S3Request } from './request.ts'
import { S3Error } from './s3-error.ts'
import { type Claim, readClaim } from './signature-claim.ts'
import { signingKey, signRequest } from './sigv4.ts'

export interface Gatekeeper {
  readonly region: string
  readonly credentials: ReadonlyMap<string, S3Credential>
  now(): number
}

/** Who sent a request, proven; what is needed to go on verifying its chunks. */
export interface Identity {
  readonly credential: S3Credential
  readonly claim: Claim
  readonly signingKey: Buffer
}

const allowedSkew = 15 * 60 * 1000
const longestPresigned = 7 * 24 * 60 * 60

/** Verifies a request's signature; undefined where it has none. Throws what S3 answers for a bad one. */
export function authenticate(gate: Gatekeeper, request: S3Request): Identity | undefined {
  const claim = readClaim(request)
  if (!claim) return undefined
  checkScope(gate, claim)
  checkTime(gate, claim)
  const credential = gate.credentials.get(claim.accessKeyId)
  if (!credential) throw new S3Error('InvalidAccessKeyId')
  checkSignedHeaders(request, claim)
  const key = signingKey(credential.secretAccessKey, claim.scope)
  const signable = {
    ...request,
    pairs: claim.pairs,
    signedHeaders: claim.signedHeaders,
    payloadHash: claim.payloadHash,
  }
  const expected = Buffer.from(signRequest(signable, key, claim.time, claim.scope))
  const given = Buffer.from(claim.signature)
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) throw new S3Error('SignatureDoesNotMatch')
  checkToken(gate, claim, credential)
  return { credential, claim, signingKey: key }
}

function checkScope(gate: Gatekeeper, claim: Claim): void {
  if (claim.scope.region !== gate.region) {
    throw new S3Error(
      claim.expires === undefined ? 'AuthorizationHeaderMalformed' : 'AuthorizationQueryParametersError',
      {
        message: `The region '${claim.scope.region}' is wrong; expecting '${gate.region}'`,
        elements: { Region: gate.region },
      },
    )
  }
  if (claim.time.slice(0, 8) !== claim.scope.date) throw new S3Error('SignatureDoesNotMatch')
}

function checkTime(gate: Gatekeeper, claim: Claim): void {
  const signed = parseAmzTime(claim.time)
  if (signed === undefined) throw new S3Error('AccessDenied', { message: 'The request needs a valid date' })
  const now = gate.now()
  if (claim.expires === undefined) {
    if (Math.abs(now - signed) > allowedSkew) throw new S3Error('RequestTimeTooSkewed')
    return
  }
  if (!(claim.expires >= 1 && claim.expires <= longestPresigned)) {
    throw new S3Error('AuthorizationQueryParametersError', { message: 'X-Amz-Expires must be from 1 to 604800' })
  }
  if (now < signed - allowedSkew) throw new S3Error('AccessDenied', { message: 'Request is not valid yet' })
  if (now > signed + claim.expires * 1000) throw new S3Error('AccessDenied', { message: 'Request has expired' })
}

/**
 * A header that means something must be signed, or anyone on the way could add it. Content-Type is Ceph's addition,
 * which clients meet in the field; whoever satisfies it satisfies AWS too.
 */
function checkSignedHeaders(request: S3Request, claim: Claim): void {
  const signed = new Set(claim.signedHeaders)
  if (!signed.has('host')) throw new S3Error('SignatureDoesNotMatch')
  const unsigned = [...request.headers.keys()].filter(
    (name) => (name.startsWith('x-amz-') || name === 'content-type') && !signed.has(name),
  )
  // A presigned URL's payload hash is not a header of the signature, yet clients may send it.
  const wrong = unsigned.filter((name) => claim.expires === undefined || name !== 'x-amz-content-sha256')
  if (wrong.length > 0) {
    throw new S3Error('AccessDenied', {
      message: 'There were headers present in the request which were not signed',
      elements: { HeadersNotSigned: wrong.join(', ') },
    })
  }
}

function checkToken(gate: Gatekeeper, claim: Claim, credential: S3Credential): void {
  if (claim.token !== credential.sessionToken) throw new S3Error('InvalidToken')
  if (credential.expiration && gate.now() >= credential.expiration.getTime()) throw new S3Error('ExpiredToken')
}
