import { type HubScope, hubScopes } from '@gantry/core/hub'

import { UsageError } from '../../usage-error.ts'

/** Scopes as a command line names them. */
export function checkedScopes(given: readonly string[] | undefined): readonly HubScope[] | undefined {
  if (given === undefined) return undefined
  const known = hubScopes.filter((scope) => given.includes(scope))
  if (known.length > 0 && given.every((scope) => known.some((one) => one === scope))) return known
  throw new UsageError(`Scopes are of these: ${hubScopes.join(', ')}.`)
}
