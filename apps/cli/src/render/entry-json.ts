import type { Entry } from '@gantry/core'

/** An entry for programs: as the store tells it, times in ISO 8601. Attributes are left out: they name patients. */
export function entryJson({ attributes: _attributes, modified, ...entry }: Entry): object {
  return { ...entry, ...(modified !== undefined && { modified: new Date(modified).toISOString() }) }
}
