/** What a request needs: to look, or to store. */
export type Permission = 'read' | 'write'

export type Access = 'granted' | 'unauthenticated' | 'forbidden'

/** Decides by the `Authorization` header. */
export type CheckAccess = (authorization: string | undefined, permission: Permission) => Promise<Access>

/** Decides by a token. */
export type CheckToken = (token: string, permission: Permission) => Promise<Access>

/** Tokens that are handed out beforehand; one that writes reads as well. */
export interface Tokens {
  readonly read?: readonly string[]
  readonly write?: readonly string[]
  /** Asked of a token that is none of these: by whoever else hands out some. */
  readonly check?: CheckToken
}

/** Takes a token as `Bearer`, or as the password of `Basic` for clients that know nothing else. */
export function tokenAccess({ read = [], write = [], check }: Tokens): CheckAccess {
  // Digests are compared, which tells nothing of how much of a token was right.
  const readers = Promise.all([...read, ...write].map(digest))
  const writers = Promise.all(write.map(digest))
  return async (authorization, permission) => {
    const token = tokenIn(authorization)
    if (token === undefined) return 'unauthenticated'
    const given = await digest(token)
    if (!(await readers).includes(given)) return (await check?.(token, permission)) ?? 'unauthenticated'
    return permission === 'read' || (await writers).includes(given) ? 'granted' : 'forbidden'
  }
}

function tokenIn(authorization: string | undefined): string | undefined {
  const [, scheme, value] = /^(Bearer|Basic) +([\w~+/=.-]+)$/iu.exec(authorization ?? '') ?? []
  if (scheme === undefined || value === undefined) return undefined
  if (scheme.toLowerCase() === 'bearer') return value
  try {
    const decoded = atob(value)
    return decoded.slice(decoded.indexOf(':') + 1)
  } catch {
    return undefined
  }
}

async function digest(token: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token)))
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
