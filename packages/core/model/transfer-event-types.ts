import type { TransferEventType } from '../src/transfer/event.ts'

/** Every type, for tables, tests and diagrams. */
export const transferEventTypes = [
  'job:plan',
  'job:start',
  'job:pause',
  'job:resume',
  'job:cancel',
  'job:retry',
  'job:recover',
  'plan:added',
  'plan:done',
  'plan:failed',
  'entries:taken',
  'entries:settled',
  'entry:due',
  'entry:done',
  'entry:skipped',
  'entry:failed',
  'entry:released',
  'limit:changed',
  'verify:mismatch',
  'verify:checked',
  'verify:failed',
  'job:cleaned',
] as const satisfies readonly TransferEventType[]
