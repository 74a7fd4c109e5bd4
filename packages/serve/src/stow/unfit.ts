import { GantryError } from '@gantry/core'

import { reasons } from './outcome.ts'

/** What came is at fault, and how; a store wraps what the body it was given failed with. */
export class Unfit extends GantryError {
  readonly reason: number

  constructor(reason: number, message: string) {
    super('invalid', message)
    this.reason = reason
  }
}

export function cutOff(): Unfit {
  return new Unfit(reasons.cannotUnderstand, 'The instance ends before its pixel data do.')
}

export function unfitIn(error: unknown): Unfit | undefined {
  for (let cause = error, depth = 0; depth < 8 && cause instanceof Error; cause = cause.cause, depth += 1) {
    if (cause instanceof Unfit) return cause
  }
  return undefined
}
