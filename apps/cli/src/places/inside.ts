import { splitQuery } from './address.ts'

/** The path in one place of a path in another; `undefined` of what lies outside. */
export type PathIn = (path: string) => string | undefined

/**
 * How a place names what another place names by its paths, where one is the other, or a folder in it: both as a job's record
 * writes them. `undefined` of places that have nothing in common, as far as their addresses tell.
 */
export function pathsIn(place: string, other: string): PathIn | undefined {
  const [of, to] = [partsOf(place), partsOf(other)]
  if (of.query !== to.query) return undefined
  if (of.base === to.base) return (path) => path
  // A folder of what lies in another way in its store is no place of its own.
  if (/^[a-z0-9.-]*\+/u.test(of.base)) return undefined
  const above = below(to.base, of.base)
  if (above !== undefined) return (path) => `${above}/${path}`
  const folder = below(of.base, to.base)
  if (folder === undefined) return undefined
  return (path) => (path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : undefined)
}

function partsOf(address: string): { readonly base: string; readonly query: string } {
  const { place, options } = splitQuery(address)
  return { base: place.replace(/\/+$/u, ''), query: new URLSearchParams(options).toString() }
}

/** The path of a folder in another. */
function below(above: string, folder: string): string | undefined {
  const start = above.endsWith(':') ? above : `${above}/`
  if (!folder.startsWith(start)) return undefined
  const path = folder.slice(start.length)
  return path === '' ? undefined : folder.startsWith('file:') ? decodeURIComponent(path) : path
}
