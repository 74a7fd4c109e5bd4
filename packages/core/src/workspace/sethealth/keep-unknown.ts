import { isFreeOfCredentials, namesCredential } from '../credentials.ts'
import { isRecord, type JsonRecord } from '../record.ts'

/** Sethealth's own secrets, wherever in a text. */
const secret = /sethealth:\/\//iu

/**
 * The members of these names; all others together in `sethealth`, so that nothing is lost and nothing can be taken for a
 * field of ours.
 */
export function keepUnknown(record: JsonRecord, known: readonly string[]): JsonRecord {
  const entries = Object.entries(record)
  const rest = entries.filter(([key]) => !known.includes(key))
  const kept = entries.filter(([key]) => known.includes(key))
  return Object.fromEntries(rest.length === 0 ? kept : [...kept, ['sethealth', Object.fromEntries(rest)]])
}

/** Without anything that could open something: secrets in texts, URLs with tokens, fields named after credentials. */
export function withoutSecretValues(value: unknown, field: 'any' | 'tag' = 'any'): unknown {
  if (typeof value === 'string') return holdsSecret(value) ? undefined : value
  if (Array.isArray(value)) return value.map((item: unknown) => withoutSecretValues(item) ?? null)
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => field === 'tag' || !namesCredential(key))
      .map(([key, member]) => [key, withoutSecretValues(member, key === 'tags' ? 'tag' : 'any')] as const)
      .filter(([, member]) => member !== undefined),
  )
}

function holdsSecret(text: string): boolean {
  return secret.test(text) || (/^[a-z][a-z0-9+.-]*:\/\//iu.test(text) && !isFreeOfCredentials(text))
}
