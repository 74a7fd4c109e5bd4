import { bytesOf, type Call, GantryError, releasing, throwIfCancelled } from '@gantry/core/driver'

import { type Answer, isStream, type Request, type Transport, type TransportOptions } from '../transport.ts'

/** `fetch` of the platform, or one that stands for it. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export interface FetchTransportOptions extends TransportOptions {
  /** Default: the platform's. */
  readonly fetch?: Fetch | undefined
}

/**
 * Over `fetch`, in browsers and everywhere else. Bodies go up at once and not as streams, which browsers send over
 * HTTP/2 alone, if at all.
 */
export function fetchTransport(options: FetchTransportOptions = {}): Transport {
  const { fetch = (url, init) => globalThis.fetch(url, init), service = 'The service' } = options
  return {
    streams: false,
    async send(request, call) {
      return await exchange(fetch, request, call, service)
    },
    close() {},
  }
}

async function exchange(fetch: Fetch, request: Request, call: Call, service: string): Promise<Answer> {
  const { method, url, headers, body } = request
  if (isStream(body)) throw new GantryError('internal', 'A stream was to be sent by fetch.')
  const { signal } = call
  throwIfCancelled(call)
  const controller = new AbortController()
  const stop = () => controller.abort(signal.reason)
  signal.addEventListener('abort', stop)
  const finish = () => signal.removeEventListener('abort', stop)
  try {
    const response = await fetch(url, {
      method,
      // Browsers leave it out, and undo what was compressed; elsewhere it costs a server more than it saves.
      headers: { 'accept-encoding': 'identity', ...headers },
      // Typed arrays over shared memory are none of ours.
      ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> }),
      signal: controller.signal,
      cache: 'no-store',
      credentials: 'omit',
      // Not followed, but told as one, and not as a network that fails.
      redirect: 'manual',
      referrerPolicy: 'no-referrer',
    })
    if (body !== undefined) call.report?.(body.length)
    return {
      // A browser tells no more of a redirect than that it is one.
      status: response.type === 'opaqueredirect' ? 302 : response.status,
      header: (name) => response.headers.get(name) ?? undefined,
      endsWithConnection:
        !response.headers.has('content-length') &&
        !response.headers.has('transfer-encoding') &&
        response.headers.get('connection')?.toLowerCase() === 'close',
      body: bodyOf(response, call, finish, service),
    }
  } catch (error) {
    finish()
    throw failed(error, call, service)
  }
}

function bodyOf(
  response: Response,
  call: Call,
  finish: () => void,
  service: string,
): AsyncIterableIterator<Uint8Array> {
  const { body } = response
  if (body === null) {
    finish()
    return releasing(bytesOf(), finish)
  }
  const release = async () => {
    finish()
    await body.cancel()
  }
  return releasing(chunksOf(body, call, finish, service), release)
}

async function* chunksOf(
  body: ReadableStream<Uint8Array>,
  call: Call,
  finish: () => void,
  service: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  // Not `for await`: not every browser's streams can be iterated.
  const reader = body.getReader()
  let over = false
  try {
    for (;;) {
      const { done, value } = await reader.read()
      over = done
      if (done) return
      call.report?.(value.length)
      yield value
    }
  } catch (error) {
    over = true
    throw failed(error, call, service)
  } finally {
    finish()
    if (!over) reader.cancel().catch(() => {})
  }
}

/** `fetch` says no more than that it failed: of a URL that is checked already, that is the network. */
function failed(error: unknown, { signal }: Call, service: string): GantryError {
  if (signal.aborted) return new GantryError('cancelled', 'Stopped on request.', { cause: signal.reason })
  return new GantryError('unavailable', `${service} could not be reached, or hung up: try again.`, { cause: error })
}
