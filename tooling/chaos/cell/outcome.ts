/** What came of a cell. */
export interface Outcome {
  readonly backend: string
  readonly fault: string
  readonly direction: 'up' | 'down'
  readonly kill: boolean
  readonly seed: number
  /** Processes that were run, the killed ones too. */
  readonly runs: number
  /** As the proxies counted them, and each partition or cut as one. */
  readonly injected: number
  readonly kills: number
  readonly retries: number
  /** Files that a run said had failed. */
  readonly toldFailed: number
  /** Of the source, and not at the destination when all was over. */
  readonly bytesLost: number
  /** What was told wrong, in sentences. */
  readonly wrong: readonly string[]
  readonly milliseconds: number
}
