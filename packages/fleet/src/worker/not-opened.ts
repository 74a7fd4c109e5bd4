import { randomUUID } from 'node:crypto'

import { type ErrorCode, isGantryError, type Store } from '@gantry/core'

import { PartFailure } from './part-failure.ts'

/** This worker cannot open what a run needs: no fault of its parts, and another worker may. */
export class NotOpened extends Error {
  override readonly name = 'NotOpened'
  readonly code: ErrorCode
  /** The remote or scheme that it is about, where that is known. */
  readonly store: string | undefined

  constructor(code: ErrorCode, store: string | undefined) {
    super(code)
    this.code = code
    this.store = store
  }

  static by(error: unknown): NotOpened {
    return isGantryError(error) ? new NotOpened(error.code, error.store) : new NotOpened('internal', undefined)
  }
}

/** Of a run, and of a worker's work for it. */
interface Places {
  readonly from: Store
  readonly to: Store
  /** Something was sent for the run by this worker. */
  readonly wrote: boolean
}

/**
 * Whether a part failed because of where it was tried: this worker has no valid credential, its destination takes no writes at all, or
 * none of this worker's, or its source shows nothing at all, like a mount that is not there. Such a thing fails every part alike.
 */
export async function notOpenedHere(
  error: unknown,
  { from, to, wrote }: Places,
  signal: AbortSignal,
): Promise<NotOpened | undefined> {
  if (!(error instanceof PartFailure)) return undefined
  const { code, atOnce } = error
  if (code === 'unauthenticated') return new NotOpened(code, undefined)
  if (code === 'read_only') return new NotOpened(code, to.scheme)
  if (code !== 'not_found' && code !== 'permission_denied') return undefined
  if (!(await showsAnything(from, signal))) return new NotOpened(code, from.scheme)
  const refused = code === 'permission_denied' && atOnce && !wrote && !(await takesAnything(to, signal))
  return refused ? new NotOpened(code, to.scheme) : undefined
}

/** Whether another path than that which was refused could be written: begun, and not completed, it leaves nothing. */
async function takesAnything({ uploads }: Store, signal: AbortSignal): Promise<boolean> {
  if (uploads === undefined) return false
  try {
    const upload = await uploads.begin({ path: `gantry-${randomUUID()}` }, { signal })
    await uploads.abort(upload, { signal })
    return true
  } catch (error) {
    return !isGantryError(error) || error.code !== 'permission_denied'
  }
}

async function showsAnything(store: Store, signal: AbortSignal): Promise<boolean> {
  try {
    const entries = store.list({}, { signal })
    const { done } = await entries.next()
    await entries.return()
    return done !== true
  } catch (error) {
    // Whether it may pass or is of this attempt alone, its own code says it better.
    return !isGantryError(error) || (error.code !== 'not_found' && error.code !== 'permission_denied')
  }
}
