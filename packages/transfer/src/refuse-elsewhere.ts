import { GantryError, type JobSpec, type Store } from '@gantry/core'

/**
 * What a journal says was sent is not at another place: to go on there would leave out what is at the first. Told by URLs, where
 * both are written alike; a remote's name may mean any place.
 */
export function refuseElsewhere(spec: JobSpec, stores: { readonly from: Store; readonly to: Store }): void {
  for (const side of ['from', 'to'] as const) {
    const [meant, given] = [withoutOptions(spec[side]), withoutOptions(stores[side].url)]
    const scheme = schemeOf(meant)
    if (scheme === undefined || scheme !== schemeOf(given) || meant === given) continue
    const which = side === 'from' ? 'source' : 'destination'
    throw new GantryError(
      'invalid',
      `The job was made for another ${which}: make a new one, or say that the place was moved (moved: true).`,
    )
  }
}

/** Options say how a place is opened and not where it is. */
function withoutOptions(url: string): string {
  return url.replace(/[?#].*$/su, '').replace(/\/+$/u, '')
}

/** None of a name that is no URL: `s3:sub` is a remote that somebody has called so. */
function schemeOf(url: string): string | undefined {
  return /^([a-z][a-z\d+.-]*):\/\//iu.exec(url)?.[1]?.toLowerCase()
}
