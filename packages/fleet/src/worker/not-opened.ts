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

/**
 * Whether a part failed because of where it was tried: this worker has no valid credential, its destination takes no writes at all,
 * or its source shows nothing at all, like a mount that is not there. Such a thing fails every part alike.
 */
export async function notOpenedHere(
  error: unknown,
  { from, to }: { readonly from: Store; readonly to: Store },
  signal: AbortSignal,
): Promise<NotOpened | undefined> {
  if (!(error instanceof PartFailure)) return undefined
  const { code } = error
  if (code === 'unauthenticated') return new NotOpened(code, undefined)
  if (code === 'read_only') return new NotOpened(code, to.scheme)
  if (code !== 'not_found' && code !== 'permission_denied') return undefined
  return (await showsAnything(from, signal)) ? undefined : new NotOpened(code, from.scheme)
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
