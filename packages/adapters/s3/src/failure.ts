import { parseRetryAfter } from '@gantry/core/driver'

/**
 * What S3 answered instead of doing it. Keeps the code and nothing of the text: S3's messages and their fields name
 * keys, access keys and signatures.
 */
export class S3Failure extends Error {
  override readonly name = 'S3Failure'
  readonly status: number
  /** S3's own name, such as `NoSuchKey`; empty where the answer had no body. */
  readonly s3Code: string
  /** Milliseconds. */
  readonly retryAfter: number | undefined
  /** Where the bucket is, if the answer says so. */
  readonly region: string | undefined
  /** The service's clock, milliseconds since the epoch. */
  readonly serverTime: number | undefined
  /** The answer has words, and a code of S3 is not among them. */
  readonly isForeign: boolean

  constructor(
    status: number,
    s3Code: string,
    more: {
      readonly retryAfter?: number | undefined
      readonly region?: string | undefined
      readonly serverTime?: number | undefined
      readonly isForeign?: boolean
    } = {},
  ) {
    const code = /^[A-Za-z0-9._-]{1,64}$/u.test(s3Code) ? s3Code : ''
    super(`S3 answered ${status}${code === '' ? '' : ` ${code}`}.`)
    this.status = status
    this.s3Code = code
    this.retryAfter = more.retryAfter
    this.region = more.region
    this.serverTime = more.serverTime
    this.isForeign = more.isForeign ?? false
  }
}

/** Reads the answer to a request that failed. */
export function failureOf(status: number, headers: { get(name: string): string | undefined }, body: string): S3Failure {
  const region = headers.get('x-amz-bucket-region') ?? elementOf(body, 'Region')
  const date = Date.parse(headers.get('date') ?? '')
  const s3Code = elementOf(body, 'Code') ?? ''
  return new S3Failure(status, s3Code, {
    retryAfter: parseRetryAfter(headers.get('retry-after'), headers.get('date'), Date.now()),
    region: region !== undefined && /^[a-z0-9-]{1,64}$/u.test(region) ? region : undefined,
    serverTime: Number.isNaN(date) ? undefined : date,
    isForeign: s3Code === '' && body.trim() !== '',
  })
}

/** Not as http reads XML: a refusal whose text is cut off is still that refusal. */
function elementOf(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]{1,128})</${name}>`, 'u').exec(xml)?.[1]
}
