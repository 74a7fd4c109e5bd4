import type { Context } from './context.ts'

/** Tells where an error came from, and nothing of what it says: that could name somebody. */
export function debugFrames({ debug }: Pick<Context, 'debug'>, error: unknown): void {
  if (!(error instanceof Error)) return
  for (const line of (error.stack ?? '').split('\n').filter((text) => text.startsWith('    at '))) debug(line)
}
