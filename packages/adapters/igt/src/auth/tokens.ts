/** What a session is known by: a token that is replaced, and one against forgery that stays. */
export interface IgtTokens {
  readonly jwt: string
  readonly csrf: string
  /** Who is logged in, where that is known. */
  readonly sub?: string | undefined
  /** Milliseconds since the epoch. */
  readonly expires: number
}

/** What the token says of itself; nothing of it is verified, which is the server's affair. */
export function claimsOf(jwt: string): Readonly<Record<string, unknown>> {
  const [, payload = ''] = jwt.split('.')
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
    return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
