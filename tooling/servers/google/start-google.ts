import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { json, rpcError } from './answer.ts'
import { authorize } from './authorize.ts'
import { device } from './device.ts'
import { accepted, admits } from './guard.ts'
import { deviceClient, type GoogleOptions, installedClient, webClient } from './options.ts'
import { isDicomweb, proxy } from './proxy.ts'
import { listProjects, listResources } from './resources.ts'
import { type Controls, type Seen, State } from './state.ts'
import { token } from './token.ts'

/** What stands for Google: sign-in, Resource Manager, and Cloud Healthcare before a DICOMweb server. */
export interface GoogleServer {
  readonly url: string
  readonly endpoints: {
    readonly issuer: string
    readonly authorization: string
    readonly token: string
    readonly device: string
    readonly revocation: string
  }
  readonly controls: Controls
  readonly requests: readonly Seen[]
  /** An access token that nobody had to sign in for. */
  mint(scopes: readonly string[], lifetime?: number): string
  /** Ends all access tokens. */
  expireTokens(): void
  /** How many refresh tokens it would still take. */
  readonly refreshTokens: number
  stop(): Promise<void>
}

const longestForm = 64 * 1024

export async function startGoogle(options: GoogleOptions = {}, port = 0): Promise<GoogleServer> {
  const state = new State({ clients: [installedClient, deviceClient, webClient], ...options })
  const server = createServer((request, response) => {
    handle(state, url, request, response).catch(() => response.destroy())
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    endpoints: {
      issuer: url,
      authorization: `${url}/o/oauth2/v2/auth`,
      token: `${url}/token`,
      device: `${url}/device/code`,
      revocation: `${url}/revoke`,
    },
    controls: state.controls,
    requests: state.requests,
    mint: (scopes, lifetime) => state.mint(scopes, lifetime),
    expireTokens() {
      for (const one of state.tokens.values()) one.revoked = true
    },
    get refreshTokens() {
      return state.refreshTokens.size
    },
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function handle(state: State, base: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', headers } = request
  const url = new URL(request.url ?? '/', base)
  const path = decodeURIComponent(url.pathname)
  const { searchParams: query } = url
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true
  const form = isForm ? new URLSearchParams(await readText(request)) : new URLSearchParams()
  // As Google does: pages of any origin may ask, with a token.
  if (path !== '/o/oauth2/v2/auth') {
    response.setHeader('access-control-allow-origin', '*')
    if (method === 'OPTIONS') return preflight(response)
  }
  state.requests.push({ method, path, query, form })
  if (fails(state, path, response)) return
  if (method === 'POST') {
    if (path === '/token') return token(state, form, base, response)
    if (path === '/device/code') return device(state, form, base, response)
    if (path === '/revoke') return revoke(state, form, response)
  }
  if (method === 'GET' && path === '/o/oauth2/v2/auth') return authorize(state, query, response)
  const { authorization } = headers
  if (isDicomweb(path)) {
    if (admits(state, authorization, accepted.healthcare, response)) proxy(state, request, response)
    return
  }
  if (method !== 'GET') return rpcError(response, 404, 'The requested URL was not found on this server.')
  if (path === '/v3/projects:search') {
    if (admits(state, authorization, accepted.search, response)) listProjects(state, 3, query, response)
  } else if (path === '/v1/projects') {
    if (admits(state, authorization, accepted.list, response)) listProjects(state, 1, query, response)
  } else if (path.startsWith('/v1/projects/')) {
    if (admits(state, authorization, accepted.healthcare, response)) {
      listResources(state, path.slice('/v1/'.length), query, response)
    }
  } else rpcError(response, 404, 'The requested URL was not found on this server.')
}

function preflight(response: ServerResponse): void {
  const allowed = {
    methods: 'GET, POST, PUT, DELETE',
    headers: 'accept, authorization, content-type, x-goog-user-project',
  }
  response.setHeader('access-control-allow-methods', allowed.methods)
  response.setHeader('access-control-allow-headers', allowed.headers)
  response.writeHead(204).end()
}

/** Answers as a test has ordered, once. */
function fails({ controls }: State, path: string, response: ServerResponse): boolean {
  const index = controls.failures.findIndex((one) => path.includes(one.path))
  const failure = controls.failures[index]
  if (failure === undefined) return false
  controls.failures.splice(index, 1)
  const { status, retryAfter, body } = failure
  const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': retryAfter }
  if (status === 'hangup') response.destroy()
  else if (body === undefined) rpcError(response, status, 'As it was ordered.', undefined, headers)
  else response.writeHead(status, { 'content-type': 'text/plain', ...headers }).end(body)
  return true
}

function revoke(state: State, form: URLSearchParams, response: ServerResponse): void {
  const name = form.get('token') ?? ''
  const minted = state.tokens.get(name)
  if (minted !== undefined) minted.revoked = true
  else if (!state.refreshTokens.delete(name)) return json(response, 400, { error: 'invalid_token' })
  return json(response, 200, {})
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) {
    text += String(chunk)
    if (text.length > longestForm) throw new Error('Too long.')
  }
  return text
}
