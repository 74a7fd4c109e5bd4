import type { Signal } from './signal.ts'

/** Handed to every driver method. */
export interface Call {
  /** Aborted when the caller has lost interest: stop at once, leave nothing behind, reject with `cancelled`. */
  readonly signal: Signal
  /** Told of bytes as they move, for progress while a long call runs. Never used for correctness. */
  readonly report?: (bytes: number) => void
}

/** What people may pass instead of a whole `Call`. */
export interface CallOptions {
  readonly signal?: Signal
  readonly report?: (bytes: number) => void
}

const never: Signal = {
  aborted: false,
  addEventListener() {},
  removeEventListener() {},
}

/** The call that options stand for; without a signal it is never aborted. */
export function toCall(options: CallOptions = {}): Call {
  return options.report === undefined
    ? { signal: options.signal ?? never }
    : { signal: options.signal ?? never, report: options.report }
}
