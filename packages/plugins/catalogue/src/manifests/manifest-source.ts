import type { CallOptions } from '@gantry/core'

import type { WritingKey } from '../keys/catalogue-key.ts'
import type { Manifest } from './manifest.ts'

/**
 * The manifests that travel with the data of a location, opened: what a lost catalogue is made from. Stores of single
 * entries have `storeManifests`; a store that packs entries into units of its own hands in what reads its manifests.
 */
export interface ManifestSource {
  /** Those that it is opened with: a catalogue that is made anew goes on with them. */
  readonly keys?: readonly WritingKey[]
  /** Names of all that there are; opaque. */
  list(options: CallOptions): AsyncIterable<string>
  /** `integrity` for one that is damaged, `permission_denied` for one that another key opens. */
  read(name: string, options: CallOptions): Promise<Told>
}

/** What a manifest tells; without a session, where nothing says which one it was. */
export type Told = Omit<Manifest, 'version' | 'session'> & Partial<Pick<Manifest, 'session'>>
