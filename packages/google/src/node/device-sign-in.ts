import { type CallOptions, toCall } from '@gantry/core'
import { GantryError, isGantryError, type Signal } from '@gantry/core/driver'
import { sleep } from '@gantry/http'
import {
  deviceAuthorizationRequest,
  type DeviceAuthorizationResponse,
  deviceCodeGrantRequest,
  processDeviceAuthorizationResponse,
  processDeviceCodeResponse,
} from 'oauth4webapi'

import { ask, cancelled } from '../oauth/ask.ts'
import type { Grant } from '../oauth/grant.ts'
import { readGrant } from '../oauth/read-grant.ts'
import { libraryClient, signInClient, type SignInClient, type SignInOptions } from '../oauth/sign-in-client.ts'

/** What a person is shown: they open the page on any device, and enter the code there. */
export interface DeviceCode {
  readonly userCode: string
  readonly verificationUri: string
  /** The same page with the code filled in, where the provider has one. */
  readonly verificationUriComplete: string | undefined
  /** Until when the code can be entered; milliseconds since the epoch. */
  readonly expires: number
}

export interface DeviceSignInOptions extends SignInOptions {
  readonly onCode: (code: DeviceCode) => void
  /** Default: a timer. */
  readonly sleep?: ((milliseconds: number, signal: Signal) => Promise<void>) | undefined
}

/** Seconds between two questions, where the provider names none (RFC 8628 3.2). */
const usualInterval = 5
/** What `slow_down` adds to it (RFC 8628 3.5). */
const slower = 5

/**
 * Signs in on another device (RFC 8628). Google itself gives no scope of Cloud Healthcare in this way, and answers
 * with `permission_denied`; providers that stand before it may.
 */
export async function signInByDevice(options: DeviceSignInOptions, callOptions: CallOptions = {}): Promise<Grant> {
  const { signal } = toCall(callOptions)
  const client = signInClient(options)
  const { now, scopes } = client
  const wait = options.sleep ?? sleep
  const code = await requestCode(client, signal)
  const expires = now() + code.expires_in * 1000
  options.onCode({
    userCode: code.user_code,
    verificationUri: code.verification_uri,
    verificationUriComplete: code.verification_uri_complete,
    expires,
  })
  let interval = code.interval ?? usualInterval
  while (now() < expires) {
    await wait(interval * 1000, signal)
    if (signal.aborted) throw cancelled(signal)
    const answer = await poll(client, code.device_code, signal)
    if (typeof answer !== 'string') return readGrant(answer, scopes, now())
    if (answer !== 'authorization_pending') interval += slower
  }
  throw new GantryError('timeout', 'The code was not entered in time: ask for a new one.')
}

async function requestCode(client: SignInClient, signal: Signal): Promise<DeviceAuthorizationResponse> {
  const { server, auth, scopes } = client
  try {
    return await ask(
      client,
      {
        send: async (request) =>
          await deviceAuthorizationRequest(
            server,
            libraryClient(client, null),
            auth,
            { scope: scopes.join(' ') },
            request,
          ),
        read: async (response) =>
          await processDeviceAuthorizationResponse(
            server,
            libraryClient(client, null),
            await inWordsOfTheRfc(response),
          ),
      },
      signal,
    )
  } catch (error) {
    if (!isGantryError(error) || error.code !== 'permission_denied') throw error
    throw new GantryError(
      'permission_denied',
      'The provider gives no such access by a device code, as Google itself does not for Cloud Healthcare: sign in through a browser instead.',
      { cause: error.cause },
    )
  }
}

/** Google calls `verification_url` what the RFC came to call `verification_uri`. */
async function inWordsOfTheRfc(response: Response): Promise<Response> {
  if (response.status !== 200) return response
  const { verification_url: url, ...body } = (await response.json()) as Record<string, unknown>
  return Response.json({ ...(url !== undefined && { verification_uri: url }), ...body })
}

/** A grant, or why there is none yet. */
async function poll(client: SignInClient, deviceCode: string, signal: Signal) {
  const { server, auth } = client
  const library = libraryClient(client, null)
  let pending: 'authorization_pending' | 'slow_down' | undefined
  try {
    return await ask(
      client,
      {
        send: async (request) => {
          const response = await deviceCodeGrantRequest(server, library, auth, deviceCode, request)
          pending = await pendingOf(response)
          return response
        },
        read: async (response) =>
          await processDeviceCodeResponse(server, libraryClient(client, response.headers.get('date')), response),
      },
      signal,
    )
  } catch (error) {
    if (pending !== undefined) return pending
    // RFC 8628 3.5: who cannot be reached is asked less often, and not given up.
    if (isGantryError(error) && (error.code === 'unavailable' || error.code === 'rate_limited')) return 'unreachable'
    throw error
  }
}

async function pendingOf(response: Response) {
  if (response.status < 400) return undefined
  const body = (await response
    .clone()
    .json()
    .catch(() => undefined)) as { error?: unknown } | undefined
  const error = body?.error
  return error === 'authorization_pending' || error === 'slow_down' ? error : undefined
}
