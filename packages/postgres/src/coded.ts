import { GantryError, isGantryError } from '@gantry/core'

/** Classes of SQLSTATE that pass by themselves: connections, resources, an operator's shutdown, conflicts. */
const passing = new Set(['08', '53', '57', '58', '40', '55'])

/** What the database or its driver threw, by what it means; without its message, which may hold values. */
export function coded(error: unknown): unknown {
  if (isGantryError(error) || !(error instanceof Error)) return error
  const { code = '' } = error as Error & { code?: string }
  const cause = new Error(code === '' ? error.name : code)
  const isState = /^[0-9A-Z]{5}$/u.test(code)
  const kind = code.slice(0, 2)
  if (kind === '28')
    return new GantryError('unauthenticated', 'PostgreSQL refused the user or its password.', { cause })
  if (code === '42501')
    return new GantryError('permission_denied', 'PostgreSQL does not let this user do that.', { cause })
  if (code === '25006') return new GantryError('read_only', 'This PostgreSQL takes no writes.', { cause })
  if (code === '3D000') return new GantryError('not_found', 'PostgreSQL has no such database.', { cause })
  if (isState && !passing.has(kind)) return new GantryError('internal', 'PostgreSQL refused a statement.', { cause })
  return new GantryError('unavailable', 'PostgreSQL does not answer, or is busy: try again.', { cause })
}
