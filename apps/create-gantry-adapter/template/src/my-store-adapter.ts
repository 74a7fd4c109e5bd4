import { type Adapter, defineAdapter } from '@gantry/core/driver'
import * as z from 'zod'

import { myStore } from './my-store.ts'
import { MyStoreService } from './service.ts'

/** CHANGE: here, `my-store://name` is the same place for all in the process who name it. */
const places = new Map<string, MyStoreService>()

/**
 * Opens the store by its URL, as `gantry` and `openStore` do: `my-store://place/prefix`. What follows the place is the folder
 * that the store begins at: `gantry copy ./study shelf:2026` gives the URL of the remote `shelf`, and `/2026`. Options are
 * checked before `open` sees them. Keys and tokens belong into options, which can come from the environment, and never into
 * a URL.
 */
export const myStoreAdapter: Adapter = defineAdapter({
  scheme: 'my-store',
  summary: 'CHANGE: one line for help texts.',
  options: z.strictObject({}),
  open(url) {
    const [place = '', ...segments] = url.replace(/^my-store:(?:\/\/)?/u, '').split('/')
    const prefix = segments.filter((segment) => segment !== '').join('/')
    const service = places.get(place) ?? new MyStoreService()
    places.set(place, service)
    return myStore({ service, prefix })
  },
})
