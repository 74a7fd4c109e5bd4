import type { S3ClientConfig } from '@aws-sdk/client-s3'
import { GantryError } from '@gantry/core/driver'

import { type Origin, originOf } from '../http/dial.ts'
import type { Settings } from '../options.ts'
import type { SdkRequest } from './sdk-handler.ts'

/** Where requests for objects of the bucket go. */
export interface Endpoint {
  readonly origin: Origin
  /** Value of the `host` header. */
  readonly host: string
  /** Percent-encoded, what stands before a key: `/`, or `/bucket/` in path style. */
  readonly base: string
  readonly region: string
}

/** The endpoint, where the options leave nothing to find out: then the SDK, which takes its time, is not needed. */
export function givenEndpoint(settings: Settings, learnedRegion: string | undefined): Endpoint | undefined {
  const region = learnedRegion ?? settings.region
  if (settings.endpoint === undefined || region === undefined || !isName(settings.bucket)) return undefined
  const { protocol, hostname, port, pathname } = new URL(settings.endpoint)
  const { bucket, pathStyle = true } = settings
  const name = pathStyle ? hostname : `${bucket}.${hostname}`
  const origin = originOf({ protocol, hostname: name, port: port === '' ? undefined : Number(port) }, settings.ca)
  const base = pathname.endsWith('/') ? pathname : `${pathname}/`
  return { origin, host: port === '' ? name : `${name}:${port}`, base: pathStyle ? `${base}${bucket}/` : base, region }
}

/** Of a bucket, and not the ARN of an access point. */
function isName(bucket: string): boolean {
  return !bucket.includes(':') && !bucket.endsWith('--x-s3')
}

/** Recorded instead of sent. */
class Recorded extends Error {
  readonly request: SdkRequest
  constructor(request: SdkRequest) {
    super('Recorded.')
    this.request = request
  }
}

/**
 * Asks the SDK where it would go: it knows AWS's partitions, access points, FIPS and dual stack, environment and
 * profiles. What it would send is recorded, and never sent.
 */
export async function resolveEndpoint(settings: Settings, config: S3ClientConfig, region: string): Promise<Endpoint> {
  if (settings.bucket.endsWith('--x-s3')) {
    throw new GantryError('unsupported', 'Directory buckets (S3 Express One Zone) are not supported.')
  }
  const { HeadObjectCommand, S3Client } = await import('@aws-sdk/client-s3')
  const recorder = new S3Client({
    ...config,
    region,
    // Resolving must not wait for real ones, nor sign with them.
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
    maxAttempts: 1,
    requestHandler: {
      async handle(request: SdkRequest): Promise<never> {
        throw new Recorded(request)
      },
    },
  })
  try {
    await recorder.send(new HeadObjectCommand({ Bucket: settings.bucket, Key: 'k' }))
  } catch (error) {
    if (error instanceof Recorded) return endpointOf(error.request, settings, region)
    throw new GantryError('invalid', 'The bucket, the region or the endpoint is malformed.', { cause: error })
  }
  throw new GantryError('internal', 'The S3 endpoint was not resolved.')
}

function endpointOf(request: SdkRequest, settings: Settings, region: string): Endpoint {
  const { hostname, port, path, headers } = request
  const origin = originOf(request, settings.ca)
  const signed = /Credential=[^/]+\/\d+\/([^/]+)\//u.exec(headers['authorization'] ?? '')?.[1]
  const usual = origin.secure ? 443 : 80
  return {
    origin,
    host: port === undefined || port === usual ? hostname : `${hostname}:${port}`,
    base: path.slice(0, -1),
    region: signed ?? region,
  }
}
