import { GantryError } from '@gantry/core/driver'

import { claimsOf } from './tokens.ts'

/**
 * The token of a login: header and payload in one cookie, the signature in another, its life the first one's Max-Age.
 * Several cookies may come in one line, with commas between them; dates hold commas too, so names are looked for.
 */
export function readTokenCookies(header: string | undefined, now: number): { jwt: string; expires: number } {
  const text = header ?? ''
  const payload = valueOf(text, 'jwt_header_payload')
  const signature = valueOf(text, 'jwt_signature')
  if (payload === undefined || signature === undefined) {
    throw new GantryError('unavailable', 'The login was answered without a token: check the domain.', {
      retryable: false,
    })
  }
  const jwt = `${payload.value}.${signature.value}`
  const [, seconds] = /;\s*max-age\s*=\s*"?(\d{1,9})/iu.exec(payload.attributes) ?? []
  const told = Number(claimsOf(jwt)['exp'])
  // Without either, long enough for what was asked for next; a refusal renews it.
  const life = seconds === undefined ? 60_000 : Number(seconds) * 1000
  const expires = seconds === undefined && Number.isFinite(told) ? told * 1000 : now + life
  return { jwt, expires }
}

function valueOf(text: string, name: string): { value: string; attributes: string } | undefined {
  const [found, value] = new RegExp(`(?:^|[,\\s])${name}="?([^;,"\\s]+)`, 'u').exec(text) ?? []
  if (found === undefined || value === undefined) return undefined
  const rest = text.slice(text.indexOf(found) + found.length)
  // Up to where the next cookie begins.
  const next = /,\s*[^;,=\s]+=/u.exec(rest)
  return { value, attributes: rest.slice(0, next?.index ?? rest.length) }
}
