import { GantryError, type Signal } from '@gantry/core'

/** How long others wait for their turn, in milliseconds. */
const longestTurn = 20

/** Does long work step by step: others have their turn between, and it ends when it is cancelled. */
export async function inTurns<Result>(
  steps: Generator<void, Result, void>,
  signal: Signal | undefined,
): Promise<Result> {
  for (let started = performance.now(); ;) {
    const { done, value } = steps.next()
    if (done === true) return value
    if (performance.now() - started < longestTurn) continue
    await new Promise<void>((resolve) => void setTimeout(resolve, 0))
    checkSignal(signal)
    started = performance.now()
  }
}

export function atOnce<Result>(steps: Generator<void, Result, void>): Result {
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
  }
}

export function checkSignal(signal: Signal | undefined): void {
  if (signal?.aborted === true) throw new GantryError('cancelled', 'The call was cancelled.', { cause: signal.reason })
}
