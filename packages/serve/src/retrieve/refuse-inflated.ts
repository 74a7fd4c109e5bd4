import { Refusal } from '@gantry/core'

import type { ServerParts } from '../parts.ts'

/** A value that ends at `end` of what is inflated: a store may hold what would not have been taken. */
export function refuseInflated(end: number | undefined, { limits }: Pick<ServerParts, 'limits'>): void {
  if (end === undefined || end <= limits.instanceBytes) return
  throw new Refusal('unsupported', 'Inflated, the instance is larger than this server gives.', { status: 422 })
}
