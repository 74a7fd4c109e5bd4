import type { ErrorCode } from '../errors/error-code.ts'
import type { Side } from './event.ts'

/** Errors that every other entry would meet too: no login, no bucket, no space, no right to write. */
export function concernsAll(code: ErrorCode, side: Side): boolean {
  if (code === 'unauthenticated') return true
  return side === 'destination' && (code === 'permission_denied' || code === 'read_only' || code === 'not_found')
}
