import type { Catalogue } from '@gantry/catalogue'

import type { Places } from '../../places/places.ts'
import { UsageError } from '../../usage-error.ts'

/** The location of a catalogue that a user means: as the catalogue writes it, or by any name of the place. */
export async function knownLocation(catalogue: Catalogue, places: Places, text: string): Promise<string> {
  const known = await catalogue.locations()
  if (known.includes(text)) return text
  const { address, store } = await places.open(text)
  await store.close()
  if (known.includes(address)) return address
  throw new UsageError('The catalogue knows no such location; gantry catalogue ls --locations shows all.')
}
