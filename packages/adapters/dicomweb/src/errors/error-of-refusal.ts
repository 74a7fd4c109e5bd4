import { type ErrorCode, errorOfHttpRefusal, GantryError, type HttpRefusalAnswer } from '@gantry/core/driver'

import type { Profile } from '../profiles/profile.ts'
import { profiles } from '../profiles/profiles.ts'
import { refusalMessage } from './refusal-message.ts'
import { codeOfRefusalBody } from './refusal-body.ts'
import type { Tried } from './tried.ts'

/** Where DICOMweb's statuses (PS3.18 8.5) mean something else than those of stores of files. */
const byStatus: ReadonlyMap<number, ErrorCode> = new Map([
  [406, 'unsupported'],
  [415, 'unsupported'],
  // Azure: something that the request depends on failed.
  [424, 'unavailable'],
])

/** A redirect is not followed: credentials and images would go wherever it leads. */
const elsewhere =
  'The DICOMweb service sends elsewhere (a redirect), which is not followed: give the URL that it is at, or sign in there.'

/**
 * The error that a refusal of a DICOMweb service stands for: by what its text says, in whatever form, else by its status.
 * Never quotes the text, which may name a patient; says what was tried, on what kind of resource, and which role is missing.
 */
export function errorOfRefusal(
  answer: HttpRefusalAnswer,
  tried: Tried = { action: 'retrieve', resource: 'service' },
  profile: Profile = profiles.generic,
): GantryError {
  const { status, body } = answer
  // Keeps Retry-After and the numbers; what it makes of the text is its hub's.
  const plain = errorOfHttpRefusal({ ...answer, body: undefined })
  if (status >= 300 && status < 400) return new GantryError('invalid', elsewhere, { cause: plain.cause })
  // Not the service: a proxy before it.
  if (status === 407) return plain
  // What asks to sign in, or to come later, says so by its status, whatever is in between and wrote the text.
  const told = status === 401 || status === 429 || body === undefined ? undefined : codeOfRefusalBody(body)
  const code = told ?? byStatus.get(status) ?? plain.code
  return new GantryError(code, refusalMessage(code, tried, profile), {
    retryAfter: plain.retryAfter,
    cause: plain.cause,
  })
}
