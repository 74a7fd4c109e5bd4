import { GantryError } from '@gantry/core/driver'
import { isPrivateRoad } from '@gantry/http'

/**
 * Where a hub is, without a slash at its end. Tokens travel to it, so it is reached over TLS, or within this machine;
 * and nothing of it may be a secret, because it is shown.
 */
export function checkHubUrl(text: string): string {
  const url = URL.parse(text)
  if (url === null || !isPrivateRoad(url) || `${url.username}${url.password}` !== '') throw malformed()
  if (/[?#]/u.test(text)) throw malformed()
  return url.href.replace(/\/+$/u, '')
}

function malformed(): GantryError {
  return new GantryError(
    'invalid',
    'A hub is named by a URL such as https://hub.example.org, without user, query and fragment; http: for loopback only.',
  )
}
