import { splitQuery } from './address.ts'

/**
 * Whether a place, as a job's record writes it, names something within a store and not all of it. A folder on this machine is a store
 * of its own, which is there or not.
 */
export function isWithin(address: string): boolean {
  const { place } = splitQuery(address)
  return !place.startsWith('file:') && /^[^:/]+:(?:\/\/[^/]+\/+|(?!\/\/))[^/]/u.test(place)
}
