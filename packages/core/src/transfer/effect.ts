/**
 * What the runner is asked to do; it performs effects and holds no rules. What became of a failed
 * entry, and a change of phase, are journalled before the effects that come with them are performed; these are begun in
 * the order given, and each is answered once.
 */
export type TransferEffect =
  /** List the source into the journal, in place of what an earlier plan left there; answered by `plan:added` and `plan:done` or `plan:failed`. */
  | { readonly type: 'plan' }
  /** Hand over up to so many pending entries, or units of several; answered by one `entries:taken`. */
  | { readonly type: 'take'; readonly count: number }
  /** Move it, or what is left of a unit; answered by `entry:done`, `:skipped`, `:failed` or `:released`, or by `entries:settled` until nothing is left. */
  | { readonly type: 'transfer'; readonly id: number; readonly attempt: number }
  /** Wait before the next attempt, at least `retryAfter` ms; answered by `entry:due`, or `entry:released` if stopped. */
  | { readonly type: 'wait'; readonly id: number; readonly attempt: number; readonly retryAfter?: number }
  /**
   * Stop all that runs: entries answer `entry:released`, the planner `plan:failed` and the verifier `verify:failed`
   * with `cancelled`; or what they were about to answer. The job rests when all have answered.
   */
  | { readonly type: 'stop' }
  /** Make failed entries of the journal pending again. */
  | { readonly type: 'reopen' }
  /** Read back what is done, and what was skipped because the destination has it; answered by `verify:mismatch` and `verify:checked` or `verify:failed`. */
  | { readonly type: 'verify' }
  /** Remove temporary files and unfinished uploads; answered by `job:cleaned`, also when some could not be removed. */
  | { readonly type: 'clean' }
  /** Tell the owner that the job rests: nothing is on its way any more. */
  | { readonly type: 'ended'; readonly phase: 'completed' | 'failed' | 'cancelled' | 'paused' | 'ready' }
