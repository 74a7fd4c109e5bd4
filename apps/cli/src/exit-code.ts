import type { ErrorCode } from '@gantry/core'

/** What a program that runs gantry can act on; the README has the table. */
export const exitCodes = { done: 0, failed: 1, usage: 2, denied: 3, interrupted: 130, pipe: 141 } as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

export function exitCodeOf(code: ErrorCode): ExitCode {
  if (code === 'unauthenticated' || code === 'permission_denied') return exitCodes.denied
  return code === 'cancelled' ? exitCodes.interrupted : exitCodes.failed
}

/** For failures of many entries: `denied` when nothing but a permission or a login was missing. */
export function exitCodeOfAll(codes: Iterable<ErrorCode>): ExitCode {
  const all = new Set([...codes].map((code) => exitCodeOf(code)))
  if (all.size === 0) return exitCodes.done
  return all.size === 1 && all.has(exitCodes.denied) ? exitCodes.denied : exitCodes.failed
}
