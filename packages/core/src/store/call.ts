import type { DigestAlgorithm } from './digest.ts'
import type { Signal, SignalMaker } from './signal.ts'
import type { StoreTrouble } from './store-trouble.ts'

/** Handed to every driver method. */
export interface Call {
  /** Aborted when the caller has lost interest: stop at once, leave nothing behind, reject with `cancelled`. */
  readonly signal: Signal
  /** Told of bytes as they move, for progress while a long call runs. Never used for correctness. */
  readonly report?: (bytes: number) => void
  /**
   * Of a read: digests that the caller computes and compares with those of the answered entry. A driver that would
   * check the body by one of them may leave it to the caller, so that the bytes are digested once.
   */
  readonly compares?: readonly DigestAlgorithm[]
  /** Of a list or search: told of troubles that come to light by it. What is listed does not change by that. */
  readonly onTrouble?: (trouble: StoreTrouble) => void
}

/** What people may pass instead of a whole `Call`. */
export interface CallOptions {
  readonly signal?: Signal | undefined
  readonly report?: ((bytes: number) => void) | undefined
  readonly compares?: readonly DigestAlgorithm[] | undefined
  readonly onTrouble?: ((trouble: StoreTrouble) => void) | undefined
}

declare const AbortController: SignalMaker

/** The call that options stand for; without a signal it is never aborted. */
export function toCall(options: CallOptions = {}): Call {
  const { signal = new AbortController().signal, report, compares, onTrouble } = options
  return {
    signal,
    ...(report !== undefined && { report }),
    ...(compares !== undefined && { compares }),
    ...(onTrouble !== undefined && { onTrouble }),
  }
}
