import { inspect } from 'node:util'

import { type GoogleOptions, type GoogleServer, installedClient, startGoogle } from '@gantry-tooling/servers/google'
import { type AccessTokens, createAccessTokens, type GantryError, isGantryError } from '@gantry/core'

import type { SignInOptions } from '../oauth/sign-in-client.ts'

/** A server that stands for Google, and the client of the command line there. */
export class Rig implements AsyncDisposable {
  readonly google: GoogleServer

  private constructor(google: GoogleServer) {
    this.google = google
  }

  static async make(options: GoogleOptions = {}): Promise<Rig> {
    return new Rig(await startGoogle(options))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.google.stop()
  }

  get client(): SignInOptions {
    const { clientId, clientSecret } = installedClient
    return { clientId, clientSecret, endpoints: this.google.endpoints }
  }

  /** Tokens that are minted when they are asked for. */
  tokens(scopes: readonly string[], lifetime = 3600): AccessTokens {
    return createAccessTokens({
      fetch: async () => ({ token: this.google.mint(scopes, lifetime), expires: Date.now() + lifetime * 1000 }),
      now: Date.now,
      limit: () => AbortSignal.timeout(30_000),
    })
  }

  /** How often a path was asked for. */
  count(path: string): number {
    return this.google.requests.filter((request) => request.path === path).length
  }
}

/** What a call fails with. */
export async function failure(call: Promise<unknown>): Promise<GantryError> {
  const error: unknown = await call.catch((thrown: unknown) => thrown)
  if (!isGantryError(error)) throw new Error(`No GantryError: ${inspect(error)}`)
  return error
}

/** As a browser does, without one: where the provider's page sends it, unless it is shown an error. */
export async function redirected(url: string): Promise<string> {
  const response = await fetch(url, { redirect: 'manual' })
  const location = response.headers.get('location')
  if (location === null) throw new Error(`No redirect: ${await response.text()}`)
  return location
}

export async function all<Value>(values: AsyncIterable<Value> | undefined): Promise<Value[]> {
  const found: Value[] = []
  for await (const value of values ?? []) found.push(value)
  return found
}
