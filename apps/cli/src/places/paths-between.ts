import type { Place, Places } from './places.ts'
import { type PathIn, pathsIn } from './inside.ts'

/**
 * How an opened place names what another place, written as a job's record writes it, names by its paths; see `pathsIn`. The name of
 * a remote and its URL are one place, and so are two ways to one folder. `undefined` also of one that cannot be opened here.
 */
export async function pathsBetween(places: Places, place: Place, other: string): Promise<PathIn | undefined> {
  const byAddress = pathsIn(place.address, other)
  if (byAddress !== undefined || places.schemeOf(other) !== place.store.scheme) return byAddress
  const opened = await places.open(other).catch(() => undefined)
  try {
    return opened && (await pathsAt(place, opened))
  } finally {
    await opened?.store.close()
  }
}

async function pathsAt(place: Place, other: Place): Promise<PathIn | undefined> {
  const [here, there] = await Promise.all([place.store.location(), other.store.location()])
  // Where a store cannot tell, its URL must do.
  if (here === undefined || there === undefined) return pathsIn(urlOf(place), urlOf(other))
  // A folder of what lies in another way in its store is no place of its own.
  return place.store.scheme.includes('+') && here !== there ? undefined : pathsIn(here, there)
}

/** With the options that were given beside it. */
function urlOf({ store, server }: Place): string {
  const [, options = ''] = /(\?.*)$/su.exec(server) ?? []
  return `${store.url}${options}`
}
