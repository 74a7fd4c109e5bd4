import type { TransferEvent } from '../src/transfer/event.ts'
import { answer } from './simulated-answers.ts'
import { Crash, SimulatedRun } from './simulated-run.ts'

/** One thing that happens to a simulated job; numbers choose among what is possible then. */
export type Step =
  /** Something on its way is answered: well (`how` 0), or otherwise; once, or `twice` in a row. */
  | {
      readonly act: 'answer'
      readonly pick: number
      readonly how: number
      readonly more: number
      readonly twice: boolean
    }
  /** As `answer`, but the process is gone after so many of the things that follow from it. */
  | {
      readonly act: 'crash'
      readonly pick: number
      readonly how: number
      readonly more: number
      readonly after: number
    }
  | { readonly act: 'owner'; readonly event: TransferEvent }
  | { readonly act: 'owner-crash'; readonly event: TransferEvent; readonly after: number }

/** Lets one thing happen. */
export function play(run: SimulatedRun, step: Step): void {
  try {
    if (step.act === 'owner') run.tell(step.event)
    else if (step.act === 'owner-crash') run.tell(step.event, { crashAfter: step.after })
    else if (step.act === 'answer') answerOne(run, step, { twice: step.twice })
    else {
      answerOne(run, step, { crashAfter: step.after })
      run.crash()
    }
  } catch (error) {
    if (!(error instanceof Crash)) throw error
    run.crash()
  }
}

/**
 * From here on all goes well, and the owner wants the job done: it must come to its end, in a number of steps that its
 * size bounds. Returns the number of steps.
 */
export function finish(run: SimulatedRun): number {
  const most = 40 + run.sizes.length * 10
  for (let steps = 0; steps < most; steps += 1) {
    const next = wish(run)
    if (next === 'end') return steps
    if (next === 'answer') answerOne(run, { pick: 0, how: 0, more: 0 }, {})
    else run.tell({ type: next })
  }
  return run.fail('The job does not come to an end.')
}

function wish(run: SimulatedRun) {
  if (run.obligations.length > 0) return 'answer'
  switch (run.state.phase) {
    case 'draft':
      return 'job:plan'
    case 'ready':
      return 'job:start'
    case 'paused':
    case 'failed':
      return 'job:resume'
    case 'completed':
      return run.state.failed.entries > 0 ? 'job:retry' : 'end'
    case 'cancelled':
      return 'end'
    default:
      return run.fail('The job waits for nothing, for ever.')
  }
}

function answerOne(
  run: SimulatedRun,
  { pick, how, more }: { readonly pick: number; readonly how: number; readonly more: number },
  options: { readonly twice?: boolean; readonly crashAfter?: number },
): void {
  const { twice = false, ...crash } = options
  const obligation = run.obligations[pick % run.obligations.length]
  if (obligation === undefined) return
  for (const event of answer(run, obligation, how, more)) {
    run.tell(event, crash)
    if (twice && event.type !== 'entries:taken' && event.type.startsWith('entr')) run.tell(event)
  }
}
