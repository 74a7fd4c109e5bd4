/** Errors of the token endpoint (RFC 6749 5.2). */
export type TokenError = 'invalid_request' | 'invalid_grant' | 'unsupported_grant_type' | 'invalid_scope'

/** What the token endpoint says no with. */
export class TokenRefusal extends Error {
  override readonly name = 'TokenRefusal'
  readonly error: TokenError

  constructor(error: TokenError, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options)
    this.error = error
  }
}
