import type { Catalogue } from '@gantry/catalogue'
import { type ErrorCode, GantryError, isRetryableCode, type JobSpec } from '@gantry/core'
import type { SqlWriter } from '@gantry/sqlite'
import { type JobResult, type Journal, memoryJournal, openJob } from '@gantry/transfer'

import { partName } from '../fleet-names.ts'
import { untilAnswered } from '../ledger/until-answered.ts'
import type { BegunPart } from '../ledger/records.ts'
import { PartFailure } from './part-failure.ts'
import type { Prepared } from './prepared.ts'
import { settlePart } from './settle-part.ts'
import { sweepPart } from './sweep-part.ts'

export interface PartWork {
  readonly study: string
  readonly part: number
  readonly begun: BegunPart
  readonly prepared: Prepared
  readonly catalogue: Catalogue
  /** Where the ledger is told in the transaction of the catalogue: does that. */
  readonly verified?: (sql: SqlWriter, sent: number) => Promise<void>
  /** Stops it; what was sent stays. Asked before anything is written: at the destination, and to the catalogue. */
  readonly signal: AbortSignal
}

/** What came of the entries of a part. */
export interface PartResult {
  readonly sent: number
  /** Were there already. */
  readonly known: number
  readonly bytes: number
}

/**
 * Moves a part as a job on one machine is moved, by the same runner: what is there is compared, what is not is sent, and all
 * of it is verified. Resolves when its receipts are in the catalogue; `PartFailure` where an entry failed, `cancelled` where
 * it was stopped.
 */
export async function runPart(work: PartWork): Promise<PartResult> {
  const { study, part, begun, prepared, catalogue, signal, verified } = work
  const { from, to, layout, identify, transforms } = prepared
  const spec = specOf(work)
  const journal = memoryJournal(spec)
  const { entries } = begun
  try {
    const job = await openJob({
      from,
      to,
      journal,
      async *entries() {
        yield* entries
      },
      // Read back for what it does not say of what was sent: what was to be left as it is, is.
      verifyKept: begun.run.spec.verify,
      ...(layout !== undefined && { layout }),
      ...(identify !== undefined && { identify }),
      ...(transforms !== undefined && { transforms }),
    })
    const result = await job.run({ signal })
    if (result.phase !== 'completed') {
      // What it left unfinished at the destination is of no use to the process that goes on.
      await job.clean().catch(() => {})
      if (result.phase !== 'failed') throw stopped()
    }
    const { since = begun.begun > 1 ? begun.run.created : undefined } = begun
    if (since !== undefined) await sweepPart(to, await targetsOf(journal), { since, signal })
    const settled = await untilAnswered(
      async () =>
        await settlePart({ journal, catalogue, from, to, spec, entries, transforms: transforms ?? [], signal }),
      signal,
    )
    const { receipts, sent, known } = settled
    const codes: ErrorCode[] = result.failure === undefined ? [] : [result.failure.code]
    for await (const { code } of journal.failures()) codes.push(code)
    if (settled.different > 0) codes.push('integrity')
    const failure = failureOf(result, codes, sent)
    const place = { location: spec.to, session: { name: begun.run.id } }
    // What arrived is recorded, whatever became of the rest.
    const and = failure === undefined && verified !== undefined ? verifying(verified, sent) : undefined
    const record = async () => {
      if (signal.aborted) throw stopped()
      await catalogue.record(place, receipts, and)
    }
    await untilAnswered(record, signal)
    if (failure !== undefined) throw failure
    return { sent, known, bytes: result.progress.done.bytes }
  } finally {
    await journal.close()
  }

  function specOf({ begun: { run } }: PartWork): JobSpec {
    // What says nothing of what it stored is read back. All entries were selected when they were planned.
    const verify = run.spec.verify || to.abilities.digests.length === 0
    return { ...run.spec, id: partName(study, part), selection: {}, verify, created: Date.now() }
  }
}

function stopped(): GantryError {
  return new GantryError('cancelled', 'The part was stopped.')
}

async function targetsOf(journal: Journal): Promise<Set<string>> {
  const targets = new Set<string>()
  for await (const { target } of journal.receipts()) targets.add(target)
  for await (const { target } of journal.same()) targets.add(target)
  return targets
}

function verifying(verified: NonNullable<PartWork['verified']>, sent: number): (sql: SqlWriter) => Promise<void> {
  return async (sql) => await verified(sql, sent)
}

function failureOf(
  { phase, progress, unverified }: JobResult,
  codes: readonly ErrorCode[],
  sent: number,
): PartFailure | undefined {
  if (phase === 'completed' && codes.length === 0 && unverified === 0) return undefined
  const failed = Math.max(progress.failed.entries, codes.length)
  // One that may pass is worth another attempt, whatever the others say.
  const code = codes.find((one) => isRetryableCode(one)) ?? codes[0] ?? 'integrity'
  if (codes.length === 0) return new PartFailure(code, failed + unverified, { retryable: false })
  return new PartFailure(code, failed, { atOnce: phase === 'failed' && sent === 0 })
}
