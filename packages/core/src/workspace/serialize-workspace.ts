import { GantryError } from '../errors/gantry-error.ts'
import { checkWorkspace } from './check-workspace.ts'
import { invalidJson } from './json-flaw.ts'
import { jsonLimits } from './limits.ts'
import { checkBoundedJson } from './parse-bounded-json.ts'
import type { SerializableWorkspace } from './workspace.ts'

/**
 * The workspace as JSON text, which `parseWorkspace` gives back unchanged, unknown fields included; `invalid` for what it
 * could not: anything that is no workspace, and values that JSON would change, such as NaN.
 */
export function serializeWorkspace(workspace: SerializableWorkspace): string {
  const text = stringify(checkWorkspace(checkBoundedJson(workspace)))
  if (text.length > jsonLimits.text) {
    throw invalidJson({ path: [], problem: `it is longer than ${jsonLimits.text} characters` })
  }
  return text
}

function stringify(workspace: SerializableWorkspace): string {
  try {
    return JSON.stringify(workspace)
  } catch (cause) {
    // Escapes can make a text longer than a string can be.
    throw new GantryError('invalid', 'The workspace cannot be written as JSON: it is too large.', { cause })
  }
}
