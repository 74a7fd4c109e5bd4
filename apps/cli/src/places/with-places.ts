import type { Place } from './places.ts'

interface Opening<From> {
  readonly to: () => Promise<Place>
  readonly from: () => Promise<From>
}

interface Opened<From> {
  readonly from: From
  readonly to: Place
}

/** Opens a destination and then a source, works with both, and closes what was opened, whatever came of it. */
export async function withPlaces<From extends Pick<Place, 'store'>, Result>(
  open: Opening<From>,
  work: (places: Opened<From>) => Promise<Result>,
): Promise<Result> {
  const to = await open.to()
  try {
    const from = await open.from()
    try {
      return await work({ from, to })
    } finally {
      await from.store.close()
    }
  } finally {
    await to.store.close()
  }
}
