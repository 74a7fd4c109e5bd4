/** What the runner is asked to do; it performs effects and holds no rules. */
export type TransferEffect =
  /** List the source into the journal; answered by `plan:added` and `plan:done` or `plan:failed`. */
  | { readonly type: 'plan' }
  /** Hand over up to so many pending entries; answered by one `entries:taken`. */
  | { readonly type: 'take'; readonly count: number }
  /** Move it; answered by `entry:done`, `:skipped`, `:failed` or `:released`. */
  | { readonly type: 'transfer'; readonly id: number; readonly attempt: number }
  /** Wait before the next attempt, at least `retryAfter` ms; answered by `entry:due`, or `entry:released` if stopped. */
  | { readonly type: 'wait'; readonly id: number; readonly attempt: number; readonly retryAfter?: number }
  /** Stop all that runs: entries answer `entry:released`, or what they were about to answer. */
  | { readonly type: 'stop' }
  /** Make failed entries of the journal pending again. */
  | { readonly type: 'reopen' }
  /** Read back what is done; answered by `verify:mismatch` and `verify:checked` or `verify:failed`. */
  | { readonly type: 'verify' }
  /** Remove temporary files and unfinished uploads; answered by `job:cleaned`. */
  | { readonly type: 'clean' }
  /** Tell the owner. */
  | { readonly type: 'ended'; readonly phase: 'completed' | 'failed' | 'cancelled' | 'paused' | 'ready' }
