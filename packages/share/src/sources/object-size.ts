import { type CallOptions, isGantryError, type Store } from '@gantry/core'

/** How long an object is; `denied` where this account may not look at it: it is another's, or the account only writes. */
export async function objectSize(
  store: Store,
  path: string,
  call: CallOptions,
): Promise<number | 'denied' | undefined> {
  try {
    return (await store.find(path, call))?.size
  } catch (error) {
    if (isGantryError(error) && error.code === 'permission_denied') return 'denied'
    throw error
  }
}
