import { createHash } from 'node:crypto'

import { Store } from '@gantry/core'

import type { Place, Places } from './places.ts'

const scheme = 'share:'
const archiveScheme = 'archive:'

/**
 * What the record of a job says of a share that it restores: enough to know the share again when its secret is given
 * again, and nothing that opens it or asks for it.
 */
export function shareSource(id: string): string {
  return `${scheme}${createHash('sha256').update(id).digest('hex').slice(0, 16)}`
}

/** The same of what is restored from an archive, which the catalogue alone can list. */
export function archiveSource(location: string, target: string): string {
  return `${archiveScheme}${createHash('sha256').update(`${location}\0${target}`).digest('hex').slice(0, 16)}`
}

export function isShareSource(address: string): boolean {
  return address.startsWith(scheme)
}

export function isArchiveSource(address: string): boolean {
  return address.startsWith(archiveScheme)
}

/** The source of a recorded job, for work that needs no bytes of it: a share is opened by its secret alone. */
export async function openJobSource(places: Places, address: string): Promise<Pick<Place, 'store'>> {
  if (!isShareSource(address) && !isArchiveSource(address)) return await places.open(address)
  const { memory } = await import('@gantry/memory')
  return { store: new Store(memory()) }
}
