import type { IndexState } from '../catalog/indexer.ts'
import type { ServerParts } from '../parts.ts'

/** `@gantry/dicomweb` knows these words: whoever takes all must not take what is here for it. */
const sentences: Readonly<Record<IndexState, readonly string[]>> = {
  whole: [],
  growing: ['The index is still being made: there may be more than what was found'],
  lacking: ['Not all of the store could be read: there may be more than what was found'],
}

/**
 * What is to be said with an answer of many while the index has not all, or cannot have it. Asked before the index is: what
 * it lacked then may be there by the time it is said.
 */
export function indexWarnings({ indexState }: Pick<ServerParts, 'indexState'>): readonly string[] {
  return sentences[indexState()]
}

export function warningHeader(warnings: readonly string[]): { readonly Warning?: string } {
  if (warnings.length === 0) return {}
  return { Warning: warnings.map((warning) => `299 gantry "${warning.replaceAll('"', "'")}"`).join(', ') }
}
