import {
  type AccessTokens,
  type Call,
  collect,
  errorOfHttpRefusal,
  GantryError,
  type HttpRefusalAnswer,
  isGantryError,
  withAccessToken,
} from '@gantry/core/driver'

import { type Answer, isStream, type Request, type Transport } from './transport.ts'

/** Who asks: by access tokens that somebody keeps fresh, or by headers that stay as they are. */
export type Credentials = { readonly tokens: AccessTokens } | { readonly headers: Readonly<Record<string, string>> }

export interface SentRequest extends Request {
  /** Statuses besides 2xx that are answers, and no refusals. */
  readonly answers?: readonly number[] | undefined
  /** The error that a refusal of this request stands for; default: the sender's. */
  readonly errorOf?: ((answer: HttpRefusalAnswer) => GantryError) | undefined
}

export interface SenderOptions {
  readonly transport: Transport
  /** Default: nobody in particular. */
  readonly credentials?: Credentials | undefined
  /** The error that a refusal stands for; default: `errorOfHttpRefusal` of core. */
  readonly errorOf?: ((answer: HttpRefusalAnswer) => GantryError) | undefined
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Longest text of a refusal that is read. */
const longestRefusal = 64 * 1024

/**
 * Sends requests in somebody's name. What the service refuses is a `GantryError`; an answer's body must be read or
 * closed. A token that is refused (401) is replaced once, and the request sent again; what is forbidden (403) is not.
 */
export class Sender {
  readonly #options: SenderOptions
  /** The last token that the service has taken. */
  #proven: string | undefined

  constructor(options: SenderOptions) {
    this.#options = options
  }

  async send(request: SentRequest, call: Call): Promise<Answer> {
    const { credentials = { headers: {} } } = this.#options
    if ('headers' in credentials) return await this.#attempt(request, credentials.headers, call)
    const { tokens } = credentials
    const attempt = async (token: string) => {
      const taken = () => (this.#proven = token)
      return await this.#attempt(request, { authorization: `Bearer ${token}` }, call, taken)
    }
    if (isStream(request.body)) return await this.#once(tokens, attempt, call)
    return await withAccessToken(tokens, attempt, call.signal)
  }

  /**
   * A stream cannot be sent twice. So a token that served until now, and is refused, makes the call one that is to be
   * tried again, by whoever has the bytes; a token that never served does not.
   */
  async #once(tokens: AccessTokens, attempt: (token: string) => Promise<Answer>, call: Call): Promise<Answer> {
    const token = await tokens.get(call.signal)
    try {
      return await attempt(token)
    } catch (error) {
      if (!isGantryError(error) || error.code !== 'unauthenticated') throw error
      tokens.refuse(token)
      if (this.#proven !== token) throw error
      throw new GantryError('unauthenticated', error.message, { retryable: true, cause: error })
    }
  }

  async #attempt(
    request: SentRequest,
    more: Readonly<Record<string, string>>,
    call: Call,
    taken?: () => void,
  ): Promise<Answer> {
    const { transport, now } = this.#options
    const { answers = [], errorOf = this.#options.errorOf ?? errorOfHttpRefusal, ...rest } = request
    const answer = await transport.send({ ...rest, headers: { ...request.headers, ...more } }, call)
    const { status } = answer
    if (status !== 401) taken?.()
    if ((status >= 200 && status < 300) || answers.includes(status)) return answer
    throw errorOf({
      status,
      body: await textOf(answer, call),
      retryAfter: answer.header('retry-after'),
      date: answer.header('date'),
      now: now(),
    })
  }
}

/** What a refusal says; that its text cannot be read takes nothing from it. */
async function textOf({ body }: Answer, call: Call): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await collect(body, longestRefusal))
  } catch (error) {
    if (call.signal.aborted) throw error
    return undefined
  }
}
