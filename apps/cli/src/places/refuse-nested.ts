import { UsageError } from '../usage-error.ts'
import type { Place } from './places.ts'

/** A copy into its own source would find what it wrote, and copy it again the next time. */
export function refuseNested(from: Place, to: Place): void {
  // Buckets of one name on two servers are two places.
  if (from.server !== to.server || from.store.scheme !== to.store.scheme) return
  const source = withSlash(from.store.url)
  const destination = withSlash(to.store.url)
  if (destination === source) throw new UsageError('The source and the destination are the same place.')
  if (from.entry === undefined && destination.startsWith(source)) {
    throw new UsageError('The destination lies within the source.')
  }
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`
}
