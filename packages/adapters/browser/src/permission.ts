import { GantryError } from '@gantry/core/driver'

import type { DirectoryHandle } from './handles.ts'

type Permission = 'granted' | 'denied' | 'prompt'

/** Handles of folders that a user chose have both; those of the origin private file system need neither. */
interface Asking {
  readonly queryPermission?: (mode: { mode: 'readwrite' }) => Promise<Permission>
  readonly requestPermission?: (mode: { mode: 'readwrite' }) => Promise<Permission>
}

/**
 * Makes sure that the page may write to a folder: asks the user again where a kept handle has lost it. Browsers ask only
 * in answer to a click; fails with `permission_denied` otherwise, or when the user says no.
 */
export async function askToWrite<Handle extends DirectoryHandle>(handle: Handle): Promise<Handle> {
  const { queryPermission, requestPermission } = handle as Asking
  const mode = { mode: 'readwrite' } as const
  if (queryPermission === undefined || (await queryPermission.call(handle, mode)) === 'granted') return handle
  let answer: Permission | undefined
  let cause: unknown
  try {
    answer = await requestPermission?.call(handle, mode)
  } catch (error) {
    cause = error
  }
  if (answer === 'granted') return handle
  const message = 'The page may not write to the folder: ask again in answer to a click, or choose another.'
  throw new GantryError('permission_denied', message, cause === undefined ? {} : { cause })
}
