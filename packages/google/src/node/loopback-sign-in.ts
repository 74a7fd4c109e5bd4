import type { CallOptions } from '@gantry/core'
import { type ErrorCode, GantryError, isGantryError, toCall } from '@gantry/core/driver'

import { cancelled } from '../oauth/ask.ts'
import { beginAuthorization, finishAuthorization } from '../oauth/authorization.ts'
import type { Grant } from '../oauth/grant.ts'
import { signInClient, type SignInOptions } from '../oauth/sign-in-client.ts'
import { answerPage, type Page } from './answer-page.ts'
import { type Arrival, listenOnLoopback } from './loopback-server.ts'

export interface LoopbackSignInOptions extends SignInOptions {
  /** Told where the person has to go: nothing is opened here. */
  readonly onUrl: (url: string) => void
  /** Port of 127.0.0.1 that the answer comes to; default: one that is free. */
  readonly port?: number | undefined
  /** A refresh token is wanted as well. */
  readonly offline?: boolean | undefined
  /** The account that is meant. */
  readonly account?: string | undefined
  /** Milliseconds until it is given up; default: ten minutes. */
  readonly timeout?: number | undefined
}

const longestWait = 600_000

/**
 * Signs in through a browser on this machine (RFC 8252 7.3): the answer comes to a port of the loopback interface. An
 * answer with a wrong state is refused and waited on, because any page could send one.
 */
export async function signInByLoopback(options: LoopbackSignInOptions, callOptions: CallOptions = {}): Promise<Grant> {
  const { signal } = toCall(callOptions)
  if (signal.aborted) throw cancelled(signal)
  const { onUrl, port = 0, offline, account, timeout = longestWait } = options
  const client = signInClient(options)
  const server = await listenOnLoopback(port)
  const ended = Promise.withResolvers<never>()
  const stop = () => ended.reject(cancelled(signal))
  signal.addEventListener('abort', stop)
  const timer = setTimeout(() => ended.reject(tooLate()), timeout)
  try {
    const redirectUri = `http://127.0.0.1:${server.port}/`
    const pending = await beginAuthorization(client, { redirectUri, offline, account })
    onUrl(pending.url)
    for (;;) {
      const arrival = await Promise.race([server.next(), ended.promise])
      const { url } = arrival
      if (url.searchParams.get('state') !== pending.state) {
        await arrival.answer(answerPage('stranger'), 400)
        continue
      }
      return await finish(arrival, async () => await finishAuthorization(client, pending, url, { signal }))
    }
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
    // Whoever lost the race above.
    ended.promise.catch(() => {})
    await server.close()
  }
}

/** Tells the browser what came of it, too. */
async function finish(arrival: Arrival, exchange: () => Promise<Grant>): Promise<Grant> {
  try {
    const grant = await exchange()
    await arrival.answer(answerPage('done'), 200)
    return grant
  } catch (error) {
    await arrival.answer(answerPage(isGantryError(error) ? pageOf(error.code) : 'failed'), 200)
    throw error
  }
}

function pageOf(code: ErrorCode): Page {
  return code === 'permission_denied' ? 'refused' : 'failed'
}

function tooLate(): GantryError {
  return new GantryError('timeout', 'Nobody signed in in time: begin anew.')
}
