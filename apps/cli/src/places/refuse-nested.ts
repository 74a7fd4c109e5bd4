import { UsageError } from '../usage-error.ts'
import type { Place } from './places.ts'

/** A copy into its own source would find what it wrote, and copy it again the next time; or write over what it reads. */
export async function refuseNested(from: Place, to: Place): Promise<void> {
  const [here, there] = await Promise.all([from.store.location(), to.store.location()])
  // Where a store cannot tell, its URL must do; and those of one name on two servers are two places.
  const told = here !== undefined && there !== undefined
  if (!told && (from.server !== to.server || from.store.scheme !== to.store.scheme)) return
  const source = withSlash(told ? here : from.store.url)
  const destination = withSlash(told ? there : to.store.url)
  if (destination === source) throw new UsageError('The source and the destination are the same place.')
  if (from.entry === undefined && destination.startsWith(source)) {
    throw new UsageError('The destination lies within the source.')
  }
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`
}
