import { GantryError } from '@gantry/core/driver'
import { isPrivateRoad } from '@gantry/http'

/** Where somebody signs in. Google's own, unless others are named. */
export interface SignInEndpoints {
  /** What ID tokens name as their issuer. */
  readonly issuer: string
  readonly authorization: string
  readonly token: string
  /** Where device codes are handed out (RFC 8628). */
  readonly device: string
  readonly revocation: string
}

export const googleEndpoints: SignInEndpoints = {
  issuer: 'https://accounts.google.com',
  authorization: 'https://accounts.google.com/o/oauth2/v2/auth',
  token: 'https://oauth2.googleapis.com/token',
  device: 'https://oauth2.googleapis.com/device/code',
  revocation: 'https://oauth2.googleapis.com/revoke',
}

/** The endpoints with those that are named put in place of Google's; `invalid` where tokens would travel unprotected. */
export function signInEndpoints(named: Partial<SignInEndpoints> = {}): SignInEndpoints {
  const endpoints = { ...googleEndpoints, ...named }
  for (const url of Object.values(endpoints)) checkProtected(url)
  return endpoints
}

/** Codes and tokens travel there: over TLS, or within this machine. */
export function checkProtected(text: string): string {
  const url = URL.parse(text)
  if (url === null || !isPrivateRoad(url)) {
    throw new GantryError('invalid', 'An endpoint is an https: URL; http: is for this machine alone.')
  }
  if (url.username !== '' || url.password !== '' || url.hash !== '') {
    throw new GantryError('invalid', 'The URL of an endpoint has neither a user nor a fragment.')
  }
  return text
}
