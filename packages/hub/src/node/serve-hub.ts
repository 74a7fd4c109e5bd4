import type { IncomingMessage } from 'node:http'

import { listen } from '@gantry/http/node'
import { getRequestListener } from '@hono/node-server'

import type { Hub } from '../hub.ts'

export interface ServeHubOptions {
  /** Default: any that is free. */
  readonly port?: number | undefined
  /** Default: `127.0.0.1`, this machine alone. */
  readonly host?: string | undefined
  /** How many proxies before the hub add to `X-Forwarded-For`; default: 0, the header is not believed. */
  readonly trustProxy?: number | undefined
  /** Milliseconds between sweeps; default: an hour; 0: none. */
  readonly sweepEvery?: number | undefined
  readonly onError?: ((error: unknown) => void) | undefined
}

export interface ServedHub {
  readonly url: string
  readonly port: number
  /**
   * Takes no more requests, and resolves when those under way are over, or were cut off after `patience` ms; and when the
   * sweep that was under way has stopped.
   */
  close(patience?: number): Promise<void>
}

/** Serves a hub over HTTP/1.1. Put a proxy with TLS before it unless it serves this machine alone. */
export async function serveHub(hub: Hub, options: ServeHubOptions = {}): Promise<ServedHub> {
  const { port, host, trustProxy = 0, sweepEvery = 3_600_000, onError = () => {} } = options
  const listener = getRequestListener(async (request, { incoming, outgoing }) => {
    const message = incoming as IncomingMessage
    // The message itself is a body already: a web stream around it would cost time and nothing else.
    const cutOff = () => void outgoing.destroy()
    return await hub.fetch(request, { address: addressOf(message, trustProxy), body: message, cutOff })
  })
  const listening = await listen((incoming, outgoing) => void listener(incoming, outgoing), {
    name: 'The hub',
    ...(port !== undefined && { port }),
    ...(host !== undefined && { host }),
  })
  const stopSweeping = sweepEvery > 0 ? keepSweeping(hub, sweepEvery, onError) : async () => {}
  return {
    url: listening.url,
    port: listening.port,
    async close(patience) {
      await Promise.all([listening.close(patience), stopSweeping()])
    },
  }
}

/** Whoever closes the hub next must not close it under a sweep: what is returned stops it, and waits until it has. */
function keepSweeping(hub: Hub, every: number, onError: (error: unknown) => void): () => Promise<void> {
  const stopping = new AbortController()
  const { signal } = stopping
  let sweeping: Promise<void> | undefined
  const sweep = async () => {
    try {
      await hub.sweep({ signal })
    } catch (error) {
      if (!signal.aborted) onError(error)
    }
    sweeping = undefined
  }
  const timer = setInterval(() => void (sweeping ??= sweep()), every)
  timer.unref()
  return async () => {
    clearInterval(timer)
    stopping.abort()
    await sweeping
  }
}

/**
 * The entry that the outermost trusted proxy added: what stands before it anyone may have written. Where there are fewer
 * entries than proxies, whoever asks did not come through all of them, and none is believed.
 */
function addressOf({ headers, socket }: IncomingMessage, trustProxy: number): string | undefined {
  const hops = String(headers['x-forwarded-for'] ?? '').split(',')
  const trusted = trustProxy > 0 ? hops.at(-trustProxy)?.trim() : undefined
  return trusted === undefined || trusted === '' ? socket.remoteAddress : trusted
}
