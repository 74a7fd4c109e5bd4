import type { ServerResponse } from 'node:http'

import { rpcError } from './answer.ts'
import type { State } from './state.ts'

const scope = (name: string) => `https://www.googleapis.com/auth/${name}`
const platform = scope('cloud-platform')

/** Scopes of which a token must have one, as the reference of each method lists them. */
export const accepted = {
  healthcare: [platform, scope('cloud-healthcare')],
  search: [platform, scope('cloud-platform.read-only')],
  list: [
    platform,
    scope('cloud-platform.read-only'),
    scope('cloudplatformprojects'),
    scope('cloudplatformprojects.readonly'),
  ],
} as const

/** Whether the request carries a token that lives and is wide enough; it is answered where not. */
export function admits(
  state: State,
  authorization: string | undefined,
  scopes: readonly string[],
  response: ServerResponse,
): boolean {
  const challenge = { 'www-authenticate': 'Bearer realm="https://accounts.google.com/", error="invalid_token"' }
  const [, name] = /^Bearer ([\w.~+/-]+=*)$/u.exec(authorization ?? '') ?? []
  const token = state.tokens.get(name ?? '')
  if (token === undefined || token.revoked || token.expires <= state.now()) {
    const reason = name === undefined ? 'CREDENTIALS_MISSING' : 'ACCESS_TOKEN_EXPIRED'
    const message =
      'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other.'
    rpcError(response, 401, message, { reason, domain: 'googleapis.com' }, challenge)
    return false
  }
  if (scopes.some((one) => token.scopes.includes(one))) return true
  const message = 'Request had insufficient authentication scopes.'
  rpcError(response, 403, message, { reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT', domain: 'googleapis.com' })
  return false
}

/** Whether the resource is there and may be used so; Google does not tell which of the two is not. */
export function permits(
  state: State,
  {
    resource,
    permission,
    exists,
  }: { readonly resource: string; readonly permission: string; readonly exists: boolean },
  response: ServerResponse,
): boolean {
  const isDenied = state.controls.denied.some(
    (one) => one.permission === permission && (resource === one.resource || resource.startsWith(`${one.resource}/`)),
  )
  if (exists && !isDenied) return true
  rpcError(response, 403, `Permission '${permission}' denied on resource '${resource}' (or it may not exist).`, {
    reason: 'IAM_PERMISSION_DENIED',
    domain: 'iam.googleapis.com',
    metadata: { permission, resource },
  })
  return false
}
