import { type Source, sourceSchema } from '@gantry/core'

/** Deeper than any workspace; what is below is nobody's source. */
const deepest = 64

/** Every source that some state names, wherever in it. */
export function* sourcesIn(state: unknown, depth = 0): Generator<Source, void, undefined> {
  if (typeof state !== 'object' || state === null || depth > deepest) return
  if ('kind' in state && (state.kind === 'entries' || state.kind === 'dicomweb')) {
    const parsed = sourceSchema.safeParse(state)
    if (parsed.success) {
      yield parsed.data
      return
    }
  }
  for (const value of Object.values(state)) yield* sourcesIn(value, depth + 1)
}
