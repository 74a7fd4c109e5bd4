import type { Catalogue } from '@gantry/catalogue'

import { pathsBetween } from '../../places/paths-between.ts'
import type { Place, Places } from '../../places/places.ts'
import { UsageError } from '../../usage-error.ts'

/** The location of a catalogue that a user means: as the catalogue writes it, or by any name of the place, or way to it. */
export async function knownLocation(catalogue: Catalogue, places: Places, text: string): Promise<string> {
  const known = await catalogue.locations()
  if (known.includes(text)) return text
  const place = await places.open(text)
  try {
    if (known.includes(place.address)) return place.address
    for (const one of known) if (await isSame(places, place, one)) return one
  } finally {
    await place.store.close()
  }
  throw new UsageError('The catalogue knows no such location; gantry catalogue ls --locations shows all.')
}

/** Whether the other is the place itself, and no folder in it or around it. */
async function isSame(places: Places, place: Place, other: string): Promise<boolean> {
  const inside = await pathsBetween(places, place, other)
  return inside?.('x') === 'x'
}
