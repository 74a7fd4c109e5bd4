import type * as Http from 'node:http'

import { type Call, GantryError } from '@gantry/core/driver'

import {
  type Answer,
  isRepeatable,
  isStream,
  type Request,
  type Transport,
  type TransportOptions,
} from '../transport.ts'
import { sayingHost } from '../host-errors.ts'
import { Agents } from './agents.ts'
import { answerOf } from './node-answer.ts'
import { sendBody } from './node-body.ts'
import { http, https } from './node-http.ts'

export interface NodeTransportOptions extends TransportOptions {
  /** Certificates (PEM) to trust instead of the system's. */
  readonly ca?: string | readonly string[] | undefined
  /** Where proxies are named; default: `process.env`. Node 24.5 or newer goes through them. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined
}

/** Over `node:http`: connections are kept, bodies pass as streams both ways, and an early refusal is heard. */
export function nodeTransport(options: NodeTransportOptions = {}): Transport {
  const { ca, environment = process.env, service = 'The service' } = options
  const agents = new Agents({ ca, environment })
  return {
    streams: true,
    async send(request, call) {
      try {
        return await exchange(agents, request, call, service)
      } catch (error) {
        if (!(error instanceof Stale) || call.signal.aborted) throw error
        // The service had closed that connection while the request was on its way, and most likely the others too.
        agents.forgetIdle()
        return await exchange(agents, request, call, service)
      }
    },
    close() {
      agents.close()
    },
  }
}

/** A kept connection turned out to be closed before anything was answered; nothing is lost by asking again. */
class Stale extends GantryError {}

function start(agents: Agents, { method, url, headers, body }: Request): Http.ClientRequest {
  const parsed = new URL(url)
  const all: Record<string, string> = { 'accept-encoding': 'identity', ...headers }
  if (isStream(body) && body.size !== undefined) all['content-length'] = String(body.size)
  const { request } = parsed.protocol === 'https:' ? https : http
  return request(parsed, { method, headers: all, agent: agents.of(parsed) })
}

async function exchange(agents: Agents, request: Request, call: Call, service: string): Promise<Answer> {
  const { signal } = call
  const message = start(agents, request)
  const stop = () => message.destroy(new GantryError('cancelled', 'Stopped on request.', { cause: signal.reason }))
  const finish = () => signal.removeEventListener('abort', stop)
  const head = Promise.withResolvers<Http.IncomingMessage>()
  // For ever: a connection may fail after the answer has come, and that must not end the process.
  message.on('error', head.reject)
  message.once('response', (response) => {
    agents.note(response)
    head.resolve(response)
  })
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  try {
    const sent = sendBody(message, request.body, call, service)
    // That it failed is told by the answer, if there is one, and else below.
    sent.catch(() => {})
    const response = await Promise.race([head.promise, sent.then(async () => await head.promise)])
    const { statusCode = 0 } = response
    // A refusal may come early; what says that it is done must have seen all.
    if (statusCode < 400) await sent
    // Nobody knows whether the rest of the stream is ever read on the other side.
    else if (isStream(request.body)) message.shouldKeepAlive = false
    if (statusCode < 400) checkEncoding(response, request, service)
    return answerOf(message, response, call, finish)
  } catch (error) {
    finish()
    message.destroy()
    throw failed(error, message, request, service)
  }
}

/** What is compressed would be taken for the bytes themselves. */
function checkEncoding({ headers }: Http.IncomingMessage, request: Request, service: string): void {
  const { 'content-encoding': encoding = 'identity' } = headers
  if (encoding === 'identity' || request.headers['accept-encoding'] !== undefined) return
  throw new GantryError(
    'unsupported',
    `${service}, or a proxy before it, compresses what it was asked to leave as it is: switch that off there.`,
  )
}

function failed(error: unknown, message: Http.ClientRequest, request: Request, service: string): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  const closed = code === 'ECONNRESET' || code === 'EPIPE'
  if (!closed || !message.reusedSocket || !isRepeatable(request)) return sayingHost(error)
  return new Stale('unavailable', `${service} hung up: try again.`, { cause: error })
}
