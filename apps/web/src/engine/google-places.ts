import { GantryError, toCall } from '@gantry/core'
import { discover, googleApi } from '@gantry/google'

import type { GooglePlace } from './model.ts'
import type { CallContext } from './rpc.ts'
import type { GoogleSession } from './session.ts'

const most = 1000

/** What lies below `healthcare://`, `healthcare://project` and so on; a store with the root of its DICOMweb. */
export async function googlePlaces(
  google: GoogleSession | undefined,
  url: string,
  { signal }: CallContext,
): Promise<GooglePlace[]> {
  if (google === undefined) throw new GantryError('unauthenticated', 'Sign in with Google first.')
  const { tokens, baseUrl, projectsUrl } = google
  const api = googleApi({ tokens, baseUrl, projectsUrl })
  const found: GooglePlace[] = []
  for await (const place of discover(api, url, toCall({ signal })) ?? []) {
    found.push({
      name: place.name,
      url: place.url,
      ...(place.store && { root: rootOf(baseUrl, place.url) }),
      ...(place.error !== undefined && { problem: place.error.message }),
    })
    if (found.length === most) break
  }
  return found
}

function rootOf(baseUrl: string, url: string): string {
  const [project, location, dataset, store] = url.replace('healthcare://', '').split('/').map(encodeURIComponent)
  return `${baseUrl}/v1/projects/${project}/locations/${location}/datasets/${dataset}/dicomStores/${store}/dicomWeb`
}
