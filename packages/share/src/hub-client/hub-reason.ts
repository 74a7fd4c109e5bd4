import { HttpRefusal } from '@gantry/core'

/** What a hub said why, such as `revoked`, wherever in the causes it is. */
export function hubReason(error: unknown): string | undefined {
  if (error instanceof HttpRefusal) return error.reason
  return error instanceof Error ? hubReason(error.cause) : undefined
}
