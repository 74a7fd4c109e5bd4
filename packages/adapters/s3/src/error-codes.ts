import { codeOfHttpStatus, codeOfSystemError, type ErrorCode, isGantryError } from '@gantry/core/driver'

import { S3Failure } from './failure.ts'

/** S3's codes, of AWS and of what speaks its language; those whose status says enough are left out. */
const byS3Code: { readonly [s3Code: string]: ErrorCode } = {
  AccountProblem: 'permission_denied',
  AllAccessDisabled: 'permission_denied',
  AccessDenied: 'permission_denied',
  UserSuspended: 'permission_denied',
  AuthorizationHeaderMalformed: 'unauthenticated',
  AuthorizationQueryParametersError: 'unauthenticated',
  ExpiredToken: 'unauthenticated',
  ExpiredTokenException: 'unauthenticated',
  InvalidAccessKeyId: 'unauthenticated',
  InvalidSecurity: 'unauthenticated',
  InvalidToken: 'unauthenticated',
  MissingSecurityHeader: 'unauthenticated',
  NotSignedUp: 'unauthenticated',
  RequestTimeTooSkewed: 'unauthenticated',
  SignatureDoesNotMatch: 'unauthenticated',
  TokenRefreshRequired: 'unauthenticated',
  UnrecognizedClientException: 'unauthenticated',
  NoSuchBucket: 'not_found',
  NoSuchKey: 'not_found',
  NoSuchUpload: 'not_found',
  NoSuchVersion: 'not_found',
  NotFound: 'not_found',
  PreconditionFailed: 'precondition_failed',
  BadDigest: 'integrity',
  ChecksumMismatch: 'integrity',
  IncompleteBody: 'integrity',
  InvalidDigest: 'integrity',
  InvalidPart: 'integrity',
  XAmzContentChecksumMismatch: 'integrity',
  XAmzContentSHA256Mismatch: 'integrity',
  BandwidthLimitExceeded: 'rate_limited',
  RequestLimitExceeded: 'rate_limited',
  SlowDown: 'rate_limited',
  SlowDownRead: 'rate_limited',
  SlowDownWrite: 'rate_limited',
  Throttling: 'rate_limited',
  ThrottlingException: 'rate_limited',
  TooManyRequests: 'rate_limited',
  TooManyRequestsException: 'rate_limited',
  ConditionalRequestConflict: 'unavailable',
  OperationAborted: 'unavailable',
  RequestTimeout: 'timeout',
  ServiceUnavailable: 'unavailable',
  ConcurrentModification: 'unavailable',
  BucketAlreadyExists: 'already_exists',
  BucketAlreadyOwnedByYou: 'already_exists',
  InvalidObjectState: 'unsupported',
  MethodNotAllowed: 'unsupported',
  NotImplemented: 'unsupported',
  InsufficientStorage: 'read_only',
  QuotaExceeded: 'read_only',
  QuotaExceededException: 'read_only',
  ServiceReadOnly: 'read_only',
  XMinioAdminBucketQuotaExceeded: 'read_only',
  XMinioStorageFull: 'read_only',
}

/** What an error of S3, of its SDK or of a socket means. */
export function codeOf(error: unknown): ErrorCode | undefined {
  if (isGantryError(error)) return error.code
  if (error instanceof S3Failure) return codeOfAnswer(error.status, error.s3Code)
  if (!(error instanceof Error)) return undefined
  const ofConnection = codeOfSystemError(error)
  if (ofConnection !== undefined) return ofConnection
  if (error.name === 'CredentialsProviderError') return 'unauthenticated'
  return undefined
}

export function retryAfterOf(error: unknown): number | undefined {
  return error instanceof S3Failure ? error.retryAfter : undefined
}

function codeOfAnswer(status: number, s3Code: string): ErrorCode {
  const known = byS3Code[s3Code]
  if (known !== undefined) return known
  // A conflict that has a name, and none of those that pass, is met again the next time.
  if (status === 409) return s3Code === '' ? 'unavailable' : 'invalid'
  // Without a body, as for HEAD, it most likely was SlowDown.
  return status === 503 ? 'rate_limited' : codeOfHttpStatus(status)
}
