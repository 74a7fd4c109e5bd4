import { checkWorkspace } from './check-workspace.ts'
import { migrate } from './migrate.ts'
import { checkBoundedJson, parseBoundedJson } from './parse-bounded-json.ts'
import type { SerializableWorkspace } from './workspace.ts'

/**
 * The workspace in JSON text, or in JSON that was parsed already: then the very object, if it is of the current version.
 *
 * Older versions are migrated. Refused are, with the field in `path`: what is no workspace or beyond the limits
 * (`invalid`), and a newer version (`unsupported`).
 */
export function parseWorkspace(json: unknown): SerializableWorkspace {
  const document = typeof json === 'string' ? parseBoundedJson(json) : checkBoundedJson(json)
  return checkWorkspace(migrate(document))
}
