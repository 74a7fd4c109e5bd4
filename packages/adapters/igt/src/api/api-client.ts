import { type Call, collect, GantryError, isGantryError } from '@gantry/core/driver'
import { type Answer, codeOfConnectionError, retrying, Sender, type Transport } from '@gantry/http'

import { type AnswerOf, type Operation, type ParametersOf, urlOf } from './operation.ts'

/** A listing of all studies of an institute, several times over: the API does not page. */
const longestAnswer = 256 * 1024 * 1024

export interface ApiAnswer<One extends Operation> {
  readonly value: AnswerOf<One>
  readonly header: (name: string) => string | undefined
}

/** Sends calls as they are described, and checks what comes back; who asks is said by the headers that are handed in. */
export class ApiClient {
  readonly domain: string
  readonly #sender: Sender

  constructor(domain: string, transport: Transport, now: () => number) {
    this.domain = domain
    this.#sender = new Sender({ transport, now })
  }

  async ask<One extends Operation>(
    one: One,
    parameters: ParametersOf<One>,
    headers: Readonly<Record<string, string>>,
    call: Call,
  ): Promise<ApiAnswer<One>> {
    const { method, body: schema, repeatable = method === 'GET' } = one
    const { body, ...rest } = parameters as { readonly body?: unknown }
    const bytes = schema === undefined ? undefined : new TextEncoder().encode(JSON.stringify(body))
    const request = {
      method,
      url: urlOf(this.domain, one, rest),
      headers: { ...headers, accept: 'application/json', ...lengthOf(method, bytes) },
      ...(bytes !== undefined && { body: bytes }),
      repeatable,
    }
    const exchange = async () => {
      const answer = await this.#sender.send(request, call)
      return { value: await readAnswer(one, answer), header: (name: string) => answer.header(name) }
    }
    try {
      return await (repeatable ? retrying(call, exchange) : exchange())
    } catch (error) {
      throw coded(error, call)
    }
  }
}

/** What the network makes of it: who calls goes by codes. */
function coded(error: unknown, call: Call): unknown {
  if (isGantryError(error)) return error
  if (call.signal.aborted) return new GantryError('cancelled', 'Stopped on request.', { cause: error })
  const code = codeOfConnectionError(error)
  if (code === undefined) return error
  return new GantryError(code, 'The IGT cloud cannot be reached: check the domain, the network and the proxy.', {
    cause: error,
  })
}

/** The service wants to be told that there is no body, too. */
function lengthOf(method: string, body: Uint8Array | undefined): Record<string, string> {
  if (body !== undefined) return { 'content-type': 'application/json', 'content-length': String(body.length) }
  return method === 'POST' ? { 'content-length': '0' } : {}
}

async function readAnswer<One extends Operation>({ answer: schema }: One, answer: Answer): Promise<AnswerOf<One>> {
  if (schema === undefined) {
    await answer.body.return?.()
    return undefined as AnswerOf<One>
  }
  const text = new TextDecoder().decode(await collect(answer.body, longestAnswer))
  const parsed = schema.safeParse(parse(text))
  if (!parsed.success) throw notOfIgt()
  return parsed.data as AnswerOf<One>
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw notOfIgt()
  }
}

function notOfIgt(): GantryError {
  return new GantryError(
    'unavailable',
    'The answer is not one of the IGT cloud: check the domain, and what stands before it.',
    { retryable: false },
  )
}
