import { GantryError } from '@gantry/core/driver'
import { isLoopback } from '@gantry/http'

/**
 * Where a hub is, without a slash at its end. Tokens travel to it, so it is reached over TLS, or within this machine;
 * and nothing of it may be a secret, because it is shown.
 */
export function checkHubUrl(text: string): string {
  const url = URL.parse(text)
  const http = url?.protocol === 'http:' && isLoopback(url.hostname)
  if (url === null || (url.protocol !== 'https:' && !http) || `${url.username}${url.password}` !== '') throw malformed()
  if (/[?#]/u.test(text)) throw malformed()
  return url.href.replace(/\/+$/u, '')
}

function malformed(): GantryError {
  return new GantryError(
    'invalid',
    'A hub is named by a URL such as https://hub.example.org, without user, query and fragment; http: for loopback only.',
  )
}
