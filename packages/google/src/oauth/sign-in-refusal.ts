import { type ErrorCode, errorOfHttpRefusal, GantryError } from '@gantry/core/driver'

type Meaning = readonly [ErrorCode, string]

const again = 'sign in again.'

/** Errors of RFC 6749 4.1.2.1 and 5.2, RFC 8628 3.5, and OpenID Connect 3.1.2.6. */
const meanings: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['access_denied', ['permission_denied', 'The access was refused on the page of consent, or by an administrator.']],
  ['admin_policy_enforced', ['permission_denied', 'An administrator does not let this application in.']],
  ['org_internal', ['permission_denied', 'The application is for accounts of another organization alone.']],
  ['invalid_client', ['unauthenticated', 'The provider does not know the client: check its id and its secret.']],
  ['deleted_client', ['unauthenticated', 'The client was deleted: create another one, and name its id.']],
  ['unauthorized_client', ['unauthenticated', 'A client of this type may not sign in this way: create a fitting one.']],
  ['invalid_grant', ['unauthenticated', `The sign-in has ended, was used already, or this clock is wrong: ${again}`]],
  ['login_required', ['unauthenticated', `Nobody is signed in with the provider any more: ${again}`]],
  ['interaction_required', ['unauthenticated', `The provider wants to ask something: ${again}`]],
  ['consent_required', ['unauthenticated', `The provider wants to ask for consent: ${again}`]],
  ['account_selection_required', ['unauthenticated', `The provider wants to know which account is meant: ${again}`]],
  ['invalid_scope', ['permission_denied', 'The provider does not give these scopes to this client, or in this way.']],
  ['redirect_uri_mismatch', ['invalid', 'The redirect URI is not one of those that are registered for the client.']],
  ['expired_token', ['timeout', 'The code was not entered in time: ask for a new one.']],
  ['temporarily_unavailable', ['unavailable', 'The provider signs nobody in now: try again.']],
  ['server_error', ['unavailable', 'The provider failed to sign in: try again.']],
])

export interface SignInRefusal {
  /** The OAuth error, such as `access_denied`. */
  readonly error: string | undefined
  readonly description?: string | undefined
  readonly status: number
  readonly retryAfter?: string | undefined
  readonly date?: string | undefined
  readonly now: number
}

/** What a refusal stands for. Never quotes it: descriptions may quote codes and addresses. */
export function errorOfSignInRefusal(refusal: SignInRefusal): GantryError {
  const { error, description, status, retryAfter, date, now } = refusal
  const general = errorOfHttpRefusal({ status, retryAfter, date, now })
  const options = { cause: general.cause, ...(general.retryAfter !== undefined && { retryAfter: general.retryAfter }) }
  if (general.code === 'rate_limited') return general
  if (/client_secret is missing/u.test(description ?? '')) {
    return new GantryError('unauthenticated', 'The provider wants the secret of the client as well: give it.', options)
  }
  const known = meanings.get(error ?? '')
  return known === undefined ? general : new GantryError(...known, options)
}
