import { isPath } from '@gantry/core'

/** What of an access token's claims is looked at here (RFC 7519 4.1.4, and the hub's own); whoever takes it proves it. */
export interface TokenClaims {
  /** Milliseconds since the epoch. */
  readonly expires?: number | undefined
  /** Below which the account is held to act. */
  readonly prefix?: string | undefined
}

/** Nothing of a token that is no JWT: whoever takes it knows. */
export function claimsOf(token: string): TokenClaims {
  try {
    const [, payload = ''] = token.split('.')
    const text = atob(payload.replaceAll('-', '+').replaceAll('_', '/'))
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0))
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes))
    if (typeof claims !== 'object' || claims === null) return {}
    const { exp, prefixes } = claims as { readonly exp?: unknown; readonly prefixes?: unknown }
    const [prefix] = Array.isArray(prefixes) ? (prefixes as unknown[]) : []
    return {
      expires: typeof exp === 'number' ? exp * 1000 : undefined,
      prefix: typeof prefix === 'string' && isPath(prefix) ? prefix : undefined,
    }
  } catch {
    return {}
  }
}
