import { type Call, GantryError } from '@gantry/core/driver'

import { operations } from '../api/operations.ts'
import type { Session } from '../auth/session.ts'

export type DataAction = 'GET' | 'PUT'

/** Temporary keys to what lies below a prefix, as an S3 store takes them. */
export interface TemporaryCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiration: Date
}

/** Gets keys, and the bucket that they are for. */
export async function askCredentials(
  session: Session,
  prefix: string,
  action: DataAction,
  now: number,
  call: Call,
): Promise<TemporaryCredentials & { readonly bucket: string }> {
  const { policyCredentials } = await session.ask(operations.credentials, { query: { prefix, action } }, call)
  const credentials = policyCredentials[0]?.credentials
  if (credentials === undefined) throw new GantryError('permission_denied', 'No keys to the data were given.')
  const { accessKey, secretKey, sessionToken, bucket, expires } = credentials
  const expiration = new Date(readExpiry(expires, now))
  return { accessKeyId: accessKey, secretAccessKey: secretKey, sessionToken, expiration, bucket }
}

/** Shorter than that they are not given; so a time that says less was meant in another zone. */
const shortest = 60_000

/**
 * The service names no zone. The reading that ends sooner is taken, this machine's or UTC, as long as it lies ahead:
 * keys that are replaced early do no harm.
 */
export function readExpiry(text: string, now: number): number {
  const isZoned = /(?:Z|[+-]\d\d:?\d\d)$/u.test(text)
  const readings = (isZoned ? [text] : [text, `${text}Z`]).map((one) => Date.parse(one)).filter(Number.isFinite)
  if (readings.length === 0) throw new GantryError('unavailable', 'It is not told how long keys to the data live.')
  const ahead = readings.filter((one) => one > now + shortest)
  return ahead.length > 0 ? Math.min(...ahead) : Math.max(...readings)
}
