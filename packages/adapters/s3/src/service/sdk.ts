import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3'
import { GantryError } from '@gantry/core/driver'

import { CredentialsCache, type CredentialsProvider } from '../credentials.ts'
import type { HttpClient } from '../http/http-client.ts'
import type { Settings } from '../options.ts'
import { environmentCredentials } from './environment.ts'
import { SdkHandler } from './sdk-handler.ts'

/** The SDK's client with what we ask of it: it is loaded only when it is needed, because it takes 80 ms and 36 MB. */
export interface Sdk {
  readonly client: S3Client
  readonly config: S3ClientConfig
  readonly region: string
}

/** Credentials in the order of the options; `undefined` for none at all. */
export function credentialsCacheOf(settings: Settings): CredentialsCache | undefined {
  const { credentials } = settings
  if (credentials === 'anonymous') return undefined
  if (credentials === undefined) return new CredentialsCache(awsChain())
  if (typeof credentials === 'function') return new CredentialsCache(credentials)
  return new CredentialsCache(async () => credentials)
}

export async function openSdk(
  settings: Settings,
  http: HttpClient,
  credentials: CredentialsCache | undefined,
  learnedRegion: string | undefined,
): Promise<Sdk> {
  const { S3Client } = await import('@aws-sdk/client-s3')
  const config: S3ClientConfig = {
    requestHandler: new SdkHandler(http, settings.ca) as unknown as NonNullable<S3ClientConfig['requestHandler']>,
    // Who runs a transfer decides what is tried again, and when.
    maxAttempts: 1,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint }),
    ...pathStyleOf(settings),
    ...(credentials === undefined ? anonymous : { credentials: async () => ({ ...(await credentials.get()) }) }),
  }
  const region = learnedRegion ?? settings.region ?? (await regionOf(config))
  return { client: new S3Client({ ...config, region }), config, region }
}

/** Custom endpoints rarely have a host name for every bucket. */
function pathStyleOf(settings: Settings): S3ClientConfig {
  const pathStyle = settings.pathStyle ?? (settings.endpoint === undefined ? undefined : true)
  return pathStyle === undefined ? {} : { forcePathStyle: pathStyle }
}

const anonymous: S3ClientConfig = {
  credentials: { accessKeyId: '', secretAccessKey: '' },
  signer: { sign: async (request) => request },
}

async function regionOf(config: S3ClientConfig): Promise<string> {
  const { S3Client } = await import('@aws-sdk/client-s3')
  try {
    return await new S3Client(config).config.region()
  } catch {
    // What every service but AWS takes, and where AWS says which region is the right one.
    return 'us-east-1'
  }
}

/** Environment, profiles, SSO, web identity, containers, instances: whatever the SDK looks at, in its order. */
function awsChain(): CredentialsProvider {
  let chain: Promise<CredentialsProvider> | undefined
  return async (options) => {
    const given = environmentCredentials(process.env)
    if (given !== undefined) return given
    chain ??= openChain()
    const ask = await chain
    try {
      return await ask(options === undefined ? {} : { ...options })
    } catch (cause) {
      const profile = process.env['AWS_PROFILE']
      if (profile === undefined || profile === '') throw cause
      const message = `The AWS profile "${profile}" (AWS_PROFILE) is not there, or gives no credentials: check ~/.aws, or log in with the AWS tools.`
      throw new GantryError('unauthenticated', message, { cause })
    }
  }
}

async function openChain(): Promise<CredentialsProvider> {
  const { S3Client } = await import('@aws-sdk/client-s3')
  return new S3Client({ region: 'us-east-1' }).config.credentials
}
