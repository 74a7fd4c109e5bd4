import { compareDigests, type Entry, type ErrorCode, type Hashing, type Store } from '@gantry/core'

import { digestsOf } from './digests-of.ts'
import type { Journal, SkippedEntry } from './journal/journal.ts'
import type { Watchdog } from './runner/watchdog.ts'
import { sideBySide } from '@gantry/core/side-by-side'
import { type Transform, transformed } from './transform.ts'

/** Entries read back at a time. */
const atOnce = 8

export interface Mismatch {
  readonly id: number
  readonly path: string
  readonly target: string
  /** Of the source. */
  readonly bytes: number
  readonly verified: boolean
  /** It was there before the job, and was taken for the same, or left whatever it is. */
  readonly skipped: boolean
  readonly code: ErrorCode
  readonly message: string
}

export interface VerifyOptions {
  readonly from: Store
  readonly to: Store
  readonly journal: Journal
  /** What the source's bytes pass on their way. */
  readonly transforms: readonly Transform[]
  /** What was left as it was is compared, too. */
  readonly kept: boolean
  readonly hashing: Hashing
  readonly signal: AbortSignal
  readonly watchdog: Watchdog
  /** Told of bytes that the destination gave back. */
  readonly readBack: (bytes: number) => void
  readonly mismatch: (entry: Mismatch) => void
}

const notSent = { code: 'integrity', message: 'What the destination gives back is not what was sent.' } as const
const notTheSame = {
  code: 'integrity',
  message: 'What is there was taken for the same as the source, and differs from it.',
} as const
const notReplaced = {
  code: 'already_exists',
  message: 'What is there differs from the source, and was left as it is.',
} as const

/**
 * Reads back every entry that the job has done and compares it with its receipt; what was there before, taken for the
 * same or left whatever it is, with the source. Entries that differ or are gone are recorded as failed. Says how many could not be compared with anything.
 */
export async function verify(options: VerifyOptions): Promise<{ readonly unverified: number }> {
  const { from, to, journal, signal } = options
  const back = { ...options, passed: options.readBack }
  let unverified = 0

  const failed = async (entry: Mismatch) => {
    // What others may have put there is not to be touched by a job that keeps what exists.
    const damaged = !entry.skipped || journal.spec.existing !== 'keep'
    const { id, code, message } = entry
    await journal.record({ type: 'failed', id, code, message, damaged })
    options.mismatch(entry)
  }
  await sideBySide(
    journal.receipts(),
    atOnce,
    async ({ id, path, target, bytes, size, digests, verified }) => {
      const found = await digestsOf(to, target, digests, back)
      const differs = found === undefined || (found.size ?? bytes) !== bytes
      let outcome = differs ? 'different' : compareDigests(found.digests, digests)
      // A receipt of something that was there before the attempt that it was made for.
      if (outcome === 'unknown') outcome = await compareWithSource({ path }, target)
      if (outcome === 'different') {
        await failed({ id, path, target, bytes: size, verified, skipped: false, ...notSent })
        return
      }
      if (outcome === 'unknown') unverified += 1
      await journal.record({ type: 'checked', id, verified: outcome === 'same' })
    },
    { signal },
  )
  const skipped = (why: typeof notTheSame | typeof notReplaced) => async (entry: SkippedEntry) => {
    const { id, source, target } = entry
    const outcome = await compareWithSource(source, target)
    if (outcome !== 'different') return
    const { path, size: bytes = 0 } = source
    await failed({ id, path, target, bytes, verified: true, skipped: true, ...why })
  }
  await sideBySide(journal.same(), atOnce, skipped(notTheSame), { signal })
  if (options.kept) await sideBySide(journal.kept(), atOnce, skipped(notReplaced), { signal })
  return { unverified }

  /** A source that is gone proves nothing. */
  async function compareWithSource(source: Entry, target: string) {
    const [mine, theirs] = await Promise.all([
      digestsOf(from, source.path, {}, options, (body) => transformed(options.transforms, source, body, { signal })),
      digestsOf(to, target, {}, back),
    ])
    if (theirs === undefined) return 'different'
    return compareDigests(mine?.digests, theirs.digests)
  }
}
