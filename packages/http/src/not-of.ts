import { GantryError } from '@gantry/core/driver'

/**
 * Somebody else has answered, whatever the status says: a page to sign in at, a proxy, another server. It tells nothing of
 * what the storage has. `service` stands behind "not one of".
 */
export function notOf(service: string, cause?: unknown): GantryError {
  return new GantryError(
    'unavailable',
    `The answer is not one of ${service}: check the URL, and that no proxy or network on the way asks to sign in.`,
    { cause: cause ?? { reason: 'foreign_answer' } },
  )
}
