import type { ErrorCode } from '@gantry/core'
import { sideBySide } from '@gantry/core/side-by-side'

import { type CheckedEntry, receiptChecks, type ReceiptChecksOptions } from './receipt-checks.ts'

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

export interface VerifyOptions extends Omit<ReceiptChecksOptions, 'passed'> {
  /** Told of bytes that the destination gave back. */
  readonly readBack: (bytes: number) => void
  readonly mismatch: (entry: Mismatch) => void
}

const notSent = { code: 'integrity', message: 'What the destination gives back is not what was sent.' } as const
const notReplaced = {
  code: 'already_exists',
  message: 'What is there differs from the source, and was left as it is.',
} as const

/**
 * Reads back every entry that the job has done and compares it with its receipt; what was there before, taken for the
 * same or left whatever it is, with the source. Entries that differ or are gone are recorded as failed. Says how many could not be compared with anything.
 */
export async function verify(options: VerifyOptions): Promise<{ readonly unverified: number }> {
  const { journal, signal } = options
  let unverified = 0
  const record = async (check: () => Promise<CheckedEntry>) => {
    const { id, path, target, size, by, verified, outcome } = await check()
    const skipped = by !== 'sent'
    if (outcome === 'different' || outcome === 'missing') {
      const why = by === 'kept' ? notReplaced : notSent
      // What others may have put there is not to be touched by a job that keeps what exists.
      const damaged = !skipped || journal.spec.existing !== 'keep'
      await journal.record({ type: 'failed', id, ...why, damaged })
      options.mismatch({ id, path, target, bytes: size, verified, skipped, ...why })
    } else if (!skipped) {
      if (outcome === 'unknown') unverified += 1
      await journal.record({ type: 'checked', id, verified: outcome === 'same' })
    }
  }
  const checks = receiptChecks({ ...options, passed: options.readBack })
  await sideBySide(checks, atOnce, record, { signal })
  return { unverified }
}
