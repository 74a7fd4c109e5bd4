import { type Call, collect, GantryError, type HttpRefusalAnswer, type QueryLevel } from '@gantry/core/driver'
import { type Answer, type Credentials, Sender, type SentRequest, type Transport } from '@gantry/http'

import { errorOfRefusal } from './errors/error-of-refusal.ts'
import { triedOf } from './errors/tried.ts'
import { detectProfile } from './profiles/detect-profile.ts'
import type { Profile, ProfileName } from './profiles/profile.ts'
import { profiles } from './profiles/profiles.ts'
import { told, tellingBody } from './told.ts'

/** A request to the service: `path` and `query` instead of a URL, and no credentials yet. */
export interface ServiceRequest extends Omit<SentRequest, 'url' | 'headers'> {
  /** Segments below the root, as they are: each is percent-encoded. */
  readonly path: readonly string[]
  /** In this order; a name may stand several times. */
  readonly query?: Iterable<readonly [name: string, value: string]> | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
}

export interface ServiceOptions {
  /** Without a slash at its end. */
  readonly root: string
  readonly transport: Transport
  readonly credentials: Credentials
  /** Headers that every request carries. */
  readonly headers: Readonly<Record<string, string>>
  /** What kind of service it is; default: what its URL and its answers tell. */
  readonly profile?: ProfileName | undefined
  /** How matches are asked for: page by page, or all at once. */
  readonly paging: 'pages' | 'none'
  /** That images are asked for in, `*`, or `default` for what the service chooses. */
  readonly transferSyntax: string
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Of the answer to a question without meaning, which nobody reads. */
const longestAnswer = 1024 * 1024

/** Asks a DICOMweb service, in somebody's name; what it refuses is a `GantryError`. */
export class Service {
  readonly options: ServiceOptions
  /** Matches of the longest page that it has given. */
  readonly widest = new Map<QueryLevel, number>()
  readonly #sender: Sender
  #profile: ProfileName | undefined
  #identified = false
  #bare: boolean | undefined

  constructor(options: ServiceOptions) {
    this.options = options
    const { root, profile = detectProfile({ root }), transport, credentials, now } = options
    this.#profile = profile
    this.#sender = new Sender({ transport, credentials, now })
  }

  /** What is known of the service's ways: more after its first answer. */
  get profile(): Profile {
    return profiles[this.#profile ?? 'generic']
  }

  /** It is asked for an instance without an envelope: what its kind does, until it has shown otherwise. */
  get bare(): boolean {
    return this.#bare ?? this.profile.retrieve.bare
  }

  set bare(bare: boolean) {
    this.#bare = bare
  }

  /** Finds out what kind of service it is, once, where nothing has told yet. What cannot be found out stays unknown. */
  async identify(call: Call): Promise<void> {
    if (this.#profile !== undefined || this.#identified) return
    // Its root has no meaning: who answers it gives itself away by how it refuses.
    try {
      await collect((await this.send({ method: 'GET', path: [''] }, call)).body, longestAnswer)
    } catch (error) {
      if (call.signal.aborted) throw error
    }
    this.#identified = true
  }

  /** The answer to a request that the service grants; its body must be read or closed. */
  async send(request: ServiceRequest, call: Call): Promise<Answer> {
    const { path, query = [], ...rest } = request
    return await this.#send(`${this.options.root}/${path.map(encode).join('/')}${queryOf(query)}`, rest, call)
  }

  /**
   * The same for a place that the service named: a URL, or one relative to the root. Credentials travel to the service's
   * own host and no other.
   */
  async sendTo(uri: string, request: Omit<ServiceRequest, 'path' | 'query'>, call: Call): Promise<Answer> {
    const { root } = this.options
    const url = URL.parse(uri, `${root}/`)
    if (url === null) throw new GantryError('invalid', 'What is asked for is named by no URL.')
    if (url.origin !== new URL(root).origin || `${url.username}${url.password}` !== '') {
      throw new GantryError(
        'permission_denied',
        'The service names a place on another host, where its credentials must not go: check how the service names itself.',
      )
    }
    url.hash = ''
    return await this.#send(url.href, request, call)
  }

  close(): void {
    this.options.transport.close()
  }

  async #send(url: string, request: Omit<ServiceRequest, 'path' | 'query'>, call: Call): Promise<Answer> {
    const { root } = this.options
    const headers = { ...this.options.headers, ...request.headers }
    const errorOf = (refusal: HttpRefusalAnswer) => {
      this.#profile ??= detectProfile({ root, body: refusal.body })
      const path = new URL(url).pathname.slice(new URL(root).pathname.length).split('/')
      return errorOfRefusal(refusal, triedOf(request.method, path), this.profile)
    }
    try {
      const answer = await this.#sender.send({ errorOf, ...request, url, headers }, call)
      this.#profile ??= detectProfile({ root, header: (name) => answer.header(name) })
      const { status, endsWithConnection, body } = answer
      return { status, endsWithConnection, header: (name) => answer.header(name), body: tellingBody(body, call) }
    } catch (error) {
      throw told(error, call)
    }
  }
}

function queryOf(query: Iterable<readonly [name: string, value: string]>): string {
  const pairs = Array.from(query, ([name, value]) => `${encodeURIComponent(name)}=${encode(value)}`)
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

/** Commas stay as they are: not every service decodes a text before it takes it apart. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll('%2C', ',')
}
