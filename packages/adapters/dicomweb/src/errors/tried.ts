/** What a request was for: decides what a refusal means, and which role was missing. */
export interface Tried {
  readonly action: 'search' | 'retrieve' | 'store' | 'remove'
  /** What was named; `service` where nothing below it was. */
  readonly resource: 'service' | 'study' | 'series' | 'instance'
}

/** Told from a request's method and its segments below the root. */
export function triedOf(method: string, path: readonly string[]): Tried {
  const named = (['instances', 'series', 'studies'] as const).find((kind) => {
    const index = path.indexOf(kind)
    return index >= 0 && index + 1 < path.length
  })
  const resources = { instances: 'instance', series: 'series', studies: 'study' } as const
  return { action: actionOf(method, path.at(-1)), resource: named === undefined ? 'service' : resources[named] }
}

function actionOf(method: string, last: string | undefined): Tried['action'] {
  if (method === 'DELETE') return 'remove'
  if (method === 'POST' || method === 'PUT') return 'store'
  return last === 'studies' || last === 'series' || last === 'instances' ? 'search' : 'retrieve'
}
