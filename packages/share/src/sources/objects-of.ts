import type { Source } from '@gantry/core'

/** Paths of the objects that sources have in the store of this URL, each once. */
export function objectsOf(url: string, sources: Iterable<Source>): string[] {
  const paths = new Set<string>()
  for (const source of sources) {
    if (source.kind === 'entries' && source.store === url) for (const { path } of source.entries) paths.add(path)
  }
  return [...paths]
}
