import * as http from 'node:http'
import * as https from 'node:https'
import { crc32 } from 'node:zlib'

import { type Call, GantryError } from '@gantry/core/driver'

import { answerOf } from './node-answer.ts'
import { sendBody } from './node-body.ts'
import { type Answer, isStream, type Request, type Transport } from './transport.ts'

/** Idle connections that are kept. */
const mostIdle = 64

/** Over `node:http`: connections are kept, bodies pass as streams both ways, and an early refusal is heard. */
export function nodeTransport(options: { readonly ca?: string | readonly string[] | undefined } = {}): Transport {
  const kept = { keepAlive: true, maxFreeSockets: mostIdle, scheduling: 'lifo' } as const
  const ca = options.ca === undefined ? {} : { ca: [options.ca].flat() }
  const plain = new http.Agent(kept)
  const secure = new https.Agent({ ...kept, ...ca })
  const start = (request: Request): http.ClientRequest => {
    const { method, url, headers } = request
    return url.startsWith('https:')
      ? https.request(url, { method, headers, agent: secure })
      : http.request(url, { method, headers, agent: plain })
  }
  return {
    streams: true,
    crc32,
    async send(request, call) {
      try {
        return await exchange(start(request), request, call)
      } catch (error) {
        if (!(error instanceof Stale) || call.signal.aborted) throw error
        // The hub had closed that connection while the request was on its way, and most likely the others too.
        for (const agent of [plain, secure]) {
          for (const socket of Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? [])) socket.destroy()
        }
        return await exchange(start(request), request, call)
      }
    },
    close() {
      plain.destroy()
      secure.destroy()
    },
  }
}

/** A kept connection turned out to be closed before anything was answered; nothing is lost by asking again. */
class Stale extends GantryError {}

async function exchange(message: http.ClientRequest, request: Request, call: Call): Promise<Answer> {
  const { signal } = call
  const stop = () => message.destroy(new GantryError('cancelled', 'Stopped on request.', { cause: signal.reason }))
  const finish = () => signal.removeEventListener('abort', stop)
  const head = Promise.withResolvers<http.IncomingMessage>()
  // For ever: a connection may fail after the answer has come, and that must not end the process.
  message.on('error', head.reject)
  message.once('response', head.resolve)
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  try {
    const sent = sendBody(message, request.body, call)
    // That it failed is told by the answer, if there is one, and else below.
    sent.catch(() => {})
    const response = await Promise.race([head.promise, sent.then(async () => await head.promise)])
    // A refusal may come early; what says that it is done must have seen all.
    if (response.statusCode === undefined || response.statusCode < 400) await sent
    // Nobody knows whether the rest of the stream is ever read on the other side.
    else if (isStream(request.body)) message.shouldKeepAlive = false
    return answerOf(message, response, call, finish)
  } catch (error) {
    finish()
    message.destroy()
    throw failed(error, message, request)
  }
}

function failed(error: unknown, message: http.ClientRequest, request: Request): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  const closed = code === 'ECONNRESET' || code === 'EPIPE'
  if (!closed || !message.reusedSocket || request.repeatable !== true || isStream(request.body)) return error
  return new Stale('unavailable', 'The hub hung up: try again.', { cause: error })
}
