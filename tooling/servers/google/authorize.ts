import type { ServerResponse } from 'node:http'

import type { GoogleClient } from './options.ts'
import { randomText, type State } from './state.ts'

const known: ReadonlySet<string> = new Set(
  (
    'client_id redirect_uri response_type scope state nonce code_challenge code_challenge_method access_type prompt ' +
    'login_hint include_granted_scopes'
  ).split(' '),
)

/** The page of consent, with a person who answers at once. What cannot be trusted gets a page and no redirect. */
export function authorize(state: State, query: URLSearchParams, response: ServerResponse): void {
  const page = (error: string) => {
    response.writeHead(400, { 'content-type': 'text/html; charset=utf-8' }).end(`<h1>Error 400: ${error}</h1>`)
  }
  const client = state.options.clients?.find(({ clientId }) => clientId === query.get('client_id'))
  if (client === undefined) return page('invalid_client')
  const redirectUri = query.get('redirect_uri') ?? ''
  if (!isRegistered(client, redirectUri)) return page('redirect_uri_mismatch')
  for (const name of query.keys()) {
    if (!known.has(name) || query.getAll(name).length > 1) return page('invalid_request')
  }
  if (query.get('response_type') !== 'code') return page('unsupported_response_type')
  const scopes = (query.get('scope') ?? '').split(' ').filter((scope) => scope !== '')
  if (scopes.length === 0) return page('invalid_request')
  const challenge = query.get('code_challenge') ?? ''
  if (query.get('code_challenge_method') !== 'S256' || !/^[\w-]{43}$/u.test(challenge)) return page('invalid_request')
  if ((query.get('state') ?? '').length < 16) return page('invalid_request')
  const back = (parameters: Readonly<Record<string, string>>) => {
    const url = new URL(redirectUri)
    url.searchParams.set('state', query.get('state') ?? '')
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
    response.writeHead(302, { location: url.href }).end()
  }
  const { consent, session, unticked } = state.controls
  if (query.get('prompt') === 'none' && !session) return back({ error: 'login_required' })
  if (consent === 'deny') return back({ error: 'access_denied' })
  state.controls.session = true
  const code = `4/${randomText()}`
  state.codes.set(code, {
    clientId: client.clientId,
    redirectUri,
    challenge,
    nonce: query.get('nonce') ?? undefined,
    scopes: scopes.filter((scope) => !unticked.includes(scope)),
    offline: query.get('access_type') === 'offline',
    expires: state.now() + 600_000,
  })
  return back({ code, scope: scopes.join(' ') })
}

function isRegistered({ type, redirectUris = [] }: GoogleClient, redirectUri: string): boolean {
  if (type === 'web') return redirectUris.includes(redirectUri)
  return type === 'installed' && /^http:\/\/127\.0\.0\.1:\d{1,5}(?:\/[\w/-]*)?$/u.test(redirectUri)
}
