import type { ClientRequest, IncomingMessage } from 'node:http'

import { type Call, releasing } from '@gantry/core/driver'

import type { Answer } from '../transport.ts'

/** The answer whose head has come; its connection is free again once the body is read, and closed if it is not. */
export function answerOf(message: ClientRequest, response: IncomingMessage, call: Call, finish: () => void): Answer {
  // What comes before the body is asked for must not end the process; the iterator throws it again.
  response.on('error', () => {})
  response.once('close', finish)
  return {
    status: response.statusCode ?? 0,
    header(name) {
      const value = response.headers[name.toLowerCase()]
      return Array.isArray(value) ? value.join(', ') : value
    },
    endsWithConnection:
      response.headers['content-length'] === undefined &&
      !/\bchunked\s*$/iu.test(response.headers['transfer-encoding'] ?? ''),
    body: releasing(chunksOf(message, response, call, finish), () => {
      finish()
      if (!response.complete || response.readableLength > 0) message.destroy()
      else response.resume()
    }),
  }
}

async function* chunksOf(
  message: ClientRequest,
  response: IncomingMessage,
  call: Call,
  finish: () => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      call.report?.(chunk.length)
      yield chunk
    }
  } finally {
    finish()
    // A refusal that came early: the rest of the request is not sent any more.
    if (!message.writableFinished) message.destroy()
  }
}
