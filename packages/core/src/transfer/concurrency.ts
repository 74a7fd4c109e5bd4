/** What a controller of concurrency knows; plain data. */
export interface ConcurrencyState {
  readonly limit: number
  readonly direction: 1 | -1
  /** Score of the window before, to climb by. */
  readonly last: number | undefined
  /** Windows to sit still after the service asked for less. */
  readonly hold: number
  /** Windows that brought neither more nor less. */
  readonly still: number
  /** Where a trial set out from. */
  readonly before: number | undefined
  /**
   * It has just begun, and doubles for as long as that brings more: where every request travels far, a short job would else be
   * over before it has as many under way as it needs.
   */
  readonly rising: boolean
}

/** One window of measurement. */
export interface ConcurrencyWindow {
  /** Milliseconds. */
  readonly elapsed: number
  readonly bytes: number
  readonly entries: number
  /** Answers 429 and 503 in it. */
  readonly throttled: number
}

/** Entries at a time that a controller never goes below. */
export const lowestConcurrency = 4
/** Entries at a time that a controller never goes above. */
export const highestConcurrency = 64

/** Windows after which another number is tried, because what made this one the best may be over. */
const patience = 30

/** A controller that begins with so many entries at a time. */
export function createConcurrency(limit = 16): ConcurrencyState {
  return { limit, direction: 1, last: undefined, hold: 0, still: 0, before: undefined, rising: true }
}

/**
 * At first twice as many as long as that helps; then additive increase while throughput grows, multiplicative decrease when the
 * service throttles, a step back when more at a time brought less, and from time to time a trial. Between 4 and 64.
 */
export function adaptConcurrency(state: ConcurrencyState, window: ConcurrencyWindow): ConcurrencyState {
  if (window.throttled > 0) {
    return { ...createConcurrency(clamp(Math.floor(state.limit / 2))), hold: 4, rising: false }
  }
  if (state.hold > 0) return { ...state, hold: state.hold - 1 }
  if (window.elapsed <= 0) return state
  // An entry costs about as much as 64 KiB more of it: many small ones are no slower than few large ones.
  const score = (window.bytes + window.entries * 65_536) / window.elapsed
  if (score === 0) return state
  if (state.last === undefined) {
    const limit = state.rising ? clamp(state.limit * 2) : step(state.limit, state.direction)
    return { ...state, limit, last: score }
  }
  const change = score / state.last - 1
  if (state.rising) return rise(state, score, change)
  if (Math.abs(change) < 0.03) return stayOrTry({ ...state, last: score })
  const direction = change > 0 ? state.direction : state.direction === 1 ? -1 : 1
  return { ...state, limit: step(state.limit, direction), direction, last: score, still: 0, before: undefined }
}

/** Twice as many that bring a quarter more, or nothing, are one doubling too many. */
function rise(state: ConcurrencyState, score: number, change: number): ConcurrencyState {
  if (change < 0.25) return { ...state, limit: clamp(Math.ceil(state.limit / 2)), last: undefined, rising: false }
  const limit = clamp(state.limit * 2)
  return { ...state, limit, last: score, rising: limit > state.limit }
}

function stayOrTry(state: ConcurrencyState): ConcurrencyState {
  const { limit, before, still } = state
  // The trial brought nothing: what is not needed is not kept.
  if (before !== undefined) return { ...state, limit: Math.min(limit, before), before: undefined, still: 0 }
  if (still < patience) return { ...state, still: still + 1 }
  const direction = limit === highestConcurrency ? -1 : 1
  return { ...state, limit: step(limit, direction), direction, before: limit, still: 0 }
}

function step(limit: number, direction: 1 | -1): number {
  return clamp(limit + direction * Math.max(2, Math.floor(limit / 4)))
}

function clamp(limit: number): number {
  return Math.min(highestConcurrency, Math.max(lowestConcurrency, limit))
}
