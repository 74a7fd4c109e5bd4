/** Milliseconds. */
export interface RetryTiming {
  readonly base: number
  readonly longest: number
}

/** A fifth of a second at first, twenty seconds at most. */
export const defaultRetryTiming: RetryTiming = { base: 200, longest: 20_000 }

/**
 * How long to wait before `attempt` (2 for the first retry): full jitter over an exponential ceiling, and never less than the
 * service asked for, up to what a timer can wait. The first retry after a lost connection goes out at once, because most are
 * just a kept-alive socket that the server had closed. `random` is from 0 to 1.
 */
export function retryDelay(
  attempt: number,
  random: number,
  options: { readonly retryAfter?: number; readonly immediate?: boolean; readonly timing?: RetryTiming } = {},
): number {
  const { immediate = false, timing = defaultRetryTiming } = options
  // It may be no number at all.
  const retryAfter = options.retryAfter || 0
  if (immediate && attempt <= 2 && retryAfter <= 0) return 0
  const ceiling = Math.min(timing.longest, timing.base * 2 ** Math.max(0, attempt - 2))
  return Math.min(2 ** 31 - 1, Math.max(retryAfter, Math.round(ceiling * random)))
}
