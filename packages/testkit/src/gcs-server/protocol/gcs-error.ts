/** The answers GCS gives when it refuses: status, `reason` of the JSON API, code of the XML API, and its words. */
const refusals = {
  anonymous: [401, 'required', 'AuthenticationRequired', 'Anonymous caller does not have access, or it may not exist.'],
  authError: [401, 'authError', 'AuthenticationRequired', 'Invalid Credentials'],
  badSignature: [403, 'forbidden', 'SignatureDoesNotMatch', 'The request signature does not match.'],
  bucketConflict: [409, 'conflict', 'BucketAlreadyOwnedByYou', 'Your previous request to create the bucket succeeded.'],
  bucketNotEmpty: [409, 'conflict', 'BucketNotEmpty', 'The bucket you tried to delete is not empty.'],
  cancelled: [499, 'clientClosedRequest', 'ClientClosedRequest', 'Client Closed Request'],
  conditionNotMet: [412, 'conditionNotMet', 'PreconditionFailed', 'At least one of the pre-conditions did not hold.'],
  entityTooSmall: [400, 'invalid', 'EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size.'],
  expired: [400, 'invalid', 'ExpiredToken', 'The provided token has expired.'],
  forbidden: [403, 'forbidden', 'AccessDenied', 'Access denied.'],
  held: [403, 'objectUnderActiveHold', 'ObjectUnderActiveHold', 'The object is under active hold.'],
  internal: [500, 'internalError', 'InternalError', 'We encountered an internal error. Please try again.'],
  invalid: [400, 'invalid', 'InvalidArgument', 'Invalid argument.'],
  invalidDigest: [400, 'invalid', 'BadDigest', 'The checksum does not match.'],
  invalidPart: [400, 'invalid', 'InvalidPart', 'One or more of the specified parts could not be found.'],
  invalidPartOrder: [400, 'invalid', 'InvalidPartOrder', 'The list of parts was not in ascending order.'],
  methodNotAllowed: [405, 'methodNotAllowed', 'MethodNotAllowed', 'The method is not allowed here.'],
  noBucket: [404, 'notFound', 'NoSuchBucket', 'The specified bucket does not exist.'],
  noObject: [404, 'notFound', 'NoSuchKey', 'No such object.'],
  noUpload: [404, 'notFound', 'NoSuchUpload', 'The requested upload was not found.'],
  notImplemented: [501, 'notImplemented', 'NotImplemented', 'Not implemented.'],
  outsideRange: [416, 'requestedRangeNotSatisfiable', 'InvalidRange', 'Request range not satisfiable'],
  retained: [403, 'retentionPolicyNotMet', 'AccessDenied', 'The object is subject to a retention policy.'],
} as const satisfies Record<string, readonly [number, string, string, string]>

export type GcsRefusal = keyof typeof refusals

export interface GcsErrorDetail {
  readonly message?: string
  readonly headers?: Readonly<Record<string, string>>
}

export class GcsError extends Error {
  readonly status: number
  readonly reason: string
  readonly xmlCode: string
  readonly headers: Readonly<Record<string, string>>

  constructor(refusal: GcsRefusal, detail: GcsErrorDetail = {}) {
    const [status, reason, xmlCode, message] = refusals[refusal]
    super(detail.message ?? message)
    this.status = status
    this.reason = reason
    this.xmlCode = xmlCode
    this.headers = detail.headers ?? {}
  }
}

/** The error document of the JSON API. */
export function errorJson(status: number, reason: string, message: string): string {
  const domain = 'global'
  return JSON.stringify({ error: { code: status, message, errors: [{ message, domain, reason }] } })
}
