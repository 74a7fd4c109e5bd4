import type { ServerResponse } from 'node:http'

import { json, oauthError } from './answer.ts'
import { randomText, type State } from './state.ts'

/** Where devices get their codes; Google calls the page `verification_url`, unlike RFC 8628. */
export function device(state: State, form: URLSearchParams, url: string, response: ServerResponse): void {
  const client = state.options.clients?.find(({ clientId }) => clientId === form.get('client_id'))
  if (client === undefined) return oauthError(response, 401, 'invalid_client', 'The OAuth client was not found.')
  if (client.type !== 'device') return oauthError(response, 401, 'invalid_client', 'Invalid client type.')
  const scopes = (form.get('scope') ?? '').split(' ').filter((scope) => scope !== '')
  const { deviceScopes, deviceInterval = 5 } = state.options
  const stranger = deviceScopes && scopes.find((scope) => !deviceScopes.includes(scope))
  if (scopes.length === 0 || stranger !== undefined) {
    return oauthError(response, 400, 'invalid_scope', `Invalid device flow scope: ${stranger ?? ''}`)
  }
  const deviceCode = `AH-${randomText()}`
  const userCode = 'GQVQ-JKEC'
  const lives = 1800
  state.devices.set(deviceCode, {
    clientId: client.clientId,
    userCode,
    scopes,
    expires: state.now() + lives * 1000,
    interval: deviceInterval,
    asked: state.now(),
  })
  return json(response, 200, {
    device_code: deviceCode,
    user_code: userCode,
    verification_url: `${url}/device`,
    expires_in: lives,
    interval: deviceInterval,
  })
}
