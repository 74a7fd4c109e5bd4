import { type Call, collect, GantryError } from '@gantry/core/driver'
import { sayingHost } from '@gantry/http'
import type { S3Client } from '@aws-sdk/client-s3'

import type { Credentials, CredentialsCache } from '../credentials.ts'
import { codeOf } from '../error-codes.ts'
import { failureOf, S3Failure } from '../failure.ts'
import type { Incoming } from '../http/connection.ts'
import { HttpClient } from '../http/http-client.ts'
import { inWords } from '../in-words.ts'
import type { Settings } from '../options.ts'
import { canonicalQuery, percentEncodePath } from '../sign/percent-encode.ts'
import { Signer, timestampOf, unsignedPayload } from '../sign/signer.ts'
import { type Endpoint, givenEndpoint, resolveEndpoint } from './endpoint.ts'
import { refusePage } from './refuse-page.ts'
import { credentialsCacheOf, openSdk, type Sdk } from './sdk.ts'
import { Traits } from './traits.ts'

/** A request for one object; names of headers in lower case. */
export interface ObjectRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE'
  /** Without it, the request is for the bucket. */
  readonly path?: string
  readonly query?: readonly (readonly [string, string])[]
  readonly headers?: readonly (readonly [string, string])[]
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>
  /** `x-amz-content-sha256`. */
  readonly payload?: string
  /** Sending it twice does what sending it once does; default: yes. */
  readonly repeatable?: boolean
}

const longestErrorBody = 64 * 1024
const refreshable = new Set(['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired', 'InvalidToken'])

/**
 * One bucket at one service. Bytes and what is asked for each of many entries take the short road: our own signature
 * on our own connections. All else is asked through the SDK, which `sdk` gives.
 */
export class Service {
  readonly settings: Settings
  readonly traits: Traits
  readonly #http: HttpClient
  readonly #credentials: CredentialsCache | undefined
  readonly #signer = new Signer()
  #sdk: Promise<Sdk> | undefined
  #endpoint: Promise<Endpoint> | undefined
  #region: string | undefined
  /** The service's clock minus ours, once it has complained; milliseconds. */
  #skew = 0
  #closed = false

  constructor(settings: Settings) {
    this.settings = settings
    const { checksum, connections, endpoint, stallSeconds: seconds, stallBytesPerSecond: bytesPerSecond } = settings
    this.traits = connections?.traitsOf(endpoint, checksum) ?? new Traits(checksum)
    this.#http = connections?.hold() ?? new HttpClient({ seconds, bytesPerSecond })
    this.#credentials = credentialsCacheOf(settings)
  }

  /** Uploads in parts are wanted, and the service has not said that it has none. */
  get uploadsInParts(): boolean {
    return this.settings.uploadsInParts && this.traits.parts
  }

  keyOf(path: string): string {
    return this.settings.prefix + path
  }

  async sdk(): Promise<S3Client> {
    return (await this.#openSdk()).client
  }

  /** Sends a request; every answer but 2xx is an `S3Failure`. */
  async send(request: ObjectRequest, call: Call): Promise<Incoming> {
    const replayable = request.body === undefined || request.body instanceof Uint8Array
    for (let attempt = 1; ; attempt += 1) {
      const credentials = await this.#credentials?.get()
      const endpoint = await this.endpoint()
      const incoming = await this.#exchange(endpoint, credentials, request, call)
      if (incoming.status >= 200 && incoming.status < 300) return await granted(incoming)
      const failure = failureOf(incoming.status, incoming.headers, await textOf(incoming))
      if (attempt > 1 || !this.#learn(failure, endpoint, credentials, request)) throw inWords(failure)
      if (!replayable) {
        const code = codeOf(failure) ?? 'internal'
        const message = 'The request has to be made again: the service wanted it signed differently.'
        throw new GantryError(code, message, { retryable: true, cause: failure })
      }
    }
  }

  /** A URL that does without headers. */
  async presign(method: 'GET' | 'PUT', path: string, expiresIn: number): Promise<string> {
    const endpoint = await this.endpoint()
    const url = `${endpoint.origin.secure ? 'https' : 'http'}://${endpoint.host}`
    const target = endpoint.base + percentEncodePath(this.keyOf(path))
    const credentials = await this.#credentials?.get()
    if (credentials === undefined) return url + target
    const request = { method, path: target, query: [], headers: new Map([['host', endpoint.host]]) }
    const timestamp = timestampOf(Date.now() + this.#skew)
    const query = this.#signer.presignedQuery(request, credentials, endpoint.region, timestamp, expiresIn)
    return `${url}${target}?${query}`
  }

  /** Makes the next request of the SDK use credentials that were not refused; `false` when there are no others. */
  async renewCredentials(): Promise<boolean> {
    const cache = this.#credentials
    if (cache === undefined || !cache.refuse(await cache.get())) return false
    this.#sdk = undefined
    return true
  }

  /**
   * Makes the next request, also of the SDK, go where the bucket is, if the answer says that it is not where it was `asked`
   * for.
   */
  learnRegion({ region, status }: S3Failure, asked: string): boolean {
    if (region === undefined || region === asked || ![301, 307, 400, 403].includes(status)) return false
    this.#region = region
    this.#endpoint = undefined
    this.#sdk = undefined
    return true
  }

  async endpoint(): Promise<Endpoint> {
    this.#endpoint ??= this.#resolve()
    try {
      return await this.#endpoint
    } catch (error) {
      this.#endpoint = undefined
      throw error
    }
  }

  async #resolve(): Promise<Endpoint> {
    const given = givenEndpoint(this.settings, this.#region)
    if (given !== undefined) return given
    const { config, region } = await this.#openSdk()
    return await resolveEndpoint(this.settings, config, region)
  }

  close(): void {
    if (this.settings.connections === undefined) this.#http.close()
    else if (!this.#closed) this.settings.connections.release()
    this.#closed = true
  }

  async #openSdk(): Promise<Sdk> {
    this.#sdk ??= openSdk(this.settings, this.#http, this.#credentials, this.#region)
    try {
      return await this.#sdk
    } catch (error) {
      this.#sdk = undefined
      throw error
    }
  }

  async #exchange(
    endpoint: Endpoint,
    credentials: Credentials | undefined,
    request: ObjectRequest,
    call: Call,
  ): Promise<Incoming> {
    const { method, body } = request
    const path = endpoint.base + (request.path === undefined ? '' : percentEncodePath(this.keyOf(request.path)))
    const headers = new Map([
      ['host', endpoint.host],
      ['user-agent', 'gantry-s3'],
    ])
    for (const [name, value] of request.headers ?? []) headers.set(name, printable(value))
    if (body instanceof Uint8Array) headers.set('content-length', String(body.length))
    else if (method === 'PUT' && body === undefined) headers.set('content-length', '0')
    if (credentials !== undefined) this.#sign(method, path, headers, credentials, endpoint.region, request)
    const query = canonicalQuery(request.query ?? [])
    let head = `${method} ${path}${query === '' ? '' : `?${query}`} HTTP/1.1\r\n`
    for (const [name, value] of headers) head += `${name}: ${value}\r\n`
    const outgoing = {
      method,
      head: `${head}\r\n`,
      body,
      report: call.report,
      repeatable: request.repeatable ?? true,
    }
    try {
      return await this.#http.send(endpoint.origin, outgoing, call.signal)
    } catch (error) {
      throw sayingHost(error)
    }
  }

  #sign(
    method: string,
    path: string,
    headers: Map<string, string>,
    credentials: Credentials,
    region: string,
    request: ObjectRequest,
  ): void {
    const timestamp = timestampOf(Date.now() + this.#skew)
    const payload = request.payload ?? unsignedPayload
    headers.set('x-amz-content-sha256', payload)
    headers.set('x-amz-date', timestamp)
    if (credentials.sessionToken !== undefined) headers.set('x-amz-security-token', credentials.sessionToken)
    const signable = { method, path, query: request.query ?? [], headers, payload }
    headers.set('authorization', this.#signer.authorization(signable, credentials, region, timestamp))
  }

  /** Whether the request, made again, would be another one. */
  #learn(
    failure: S3Failure,
    endpoint: Endpoint,
    credentials: Credentials | undefined,
    request: ObjectRequest,
  ): boolean {
    const { status, s3Code, serverTime } = failure
    if (this.learnRegion(failure, endpoint.region)) return true
    // An answer to HEAD has no room for a code.
    const mute = request.method === 'HEAD' && (status === 400 || status === 403)
    if (credentials !== undefined && (refreshable.has(s3Code) || mute)) {
      return this.#credentials?.refuse(credentials) === true
    }
    if (s3Code === 'RequestTimeTooSkewed' && serverTime !== undefined) {
      this.#skew = serverTime - Date.now()
      return true
    }
    // Two conditional writes met: one of them is done by now.
    return s3Code === 'ConditionalRequestConflict'
  }
}

async function granted(incoming: Incoming): Promise<Incoming> {
  try {
    refusePage(incoming)
    return incoming
  } catch (error) {
    await incoming.body.return()
    throw error
  }
}

async function textOf(incoming: Incoming): Promise<string> {
  try {
    return Buffer.from(await collect(incoming.body, longestErrorBody)).toString()
  } catch {
    // The status says enough.
    return ''
  }
}

function printable(value: string): string {
  if (/^[\x20-\x7e]*$/u.test(value)) return value
  throw new GantryError('invalid', 'A value that goes into an HTTP header has characters beyond ASCII.')
}
