import type { SealedItem } from '../sealing/sealed-item.ts'

/** One object of a remembered source. */
export interface RememberedObject extends Omit<SealedItem, 'from' | 'version'> {
  /** Of the plaintext. */
  readonly sha256: string
}

/** What was encrypted and uploaded, or is being uploaded, and with which key. Opens the objects: keep it secret. */
export interface RememberedSource {
  /** Of the plaintext; never sent anywhere. */
  readonly fingerprint: string
  /** URL of the store that has the objects. */
  readonly store: string
  readonly identity: string
  /** Base64: what every object begins with. */
  readonly header: string
  readonly objects: readonly RememberedObject[]
  /** All objects have arrived. */
  readonly complete: boolean
}

/** What is where, so that equal contents are not uploaded twice, and an interrupted upload goes on. */
export interface SourceCatalogue {
  find(fingerprint: string, store: string): Promise<RememberedSource | undefined>
  save(source: RememberedSource): Promise<void>
}

/** Forgets with its process. */
export function memoryCatalogue(): SourceCatalogue {
  const sources = new Map<string, RememberedSource>()
  return {
    find: async (fingerprint, store) => sources.get(`${fingerprint} ${store}`),
    async save(source) {
      sources.set(`${source.fingerprint} ${source.store}`, source)
    },
  }
}
