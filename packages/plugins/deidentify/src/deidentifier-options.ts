import { GantryError } from '@gantry/core'

import { isRectangle, type Rectangle } from './pixels/rectangle.ts'
import type { ProfileOptions } from './profile/profile-options.ts'
import type { SafePrivate } from './table/safe-private.ts'

export interface DeidentifierOptions extends ProfileOptions {
  /** Secret bytes of the project, 16 at least: the same for all that is to belong together. */
  readonly key: Uint8Array
  /** Blanked in every frame of every image. Default: none. */
  readonly blank?: readonly Rectangle[] | undefined
  /** Private attributes that `safe-private` retains. Default: those of PS3.15 Table E.3.10-1 that hold no free text. */
  readonly safePrivate?: readonly SafePrivate[] | undefined
  /** Most bytes of a header that are held in memory; a longer one is `invalid`. Long values that go, or are replaced, are not held. Default: 64 MiB. */
  readonly maxHeaderBytes?: number | undefined
}

const isBytes = (value: unknown) => Object.prototype.toString.call(value) === '[object Uint8Array]'
const isRectangles = (value: unknown) => Array.isArray(value) && value.every(isRectangle)
const isPositive = (value: unknown) => typeof value === 'number' && value > 0

/** What each option has to be, and how that is said. */
const rules: Readonly<Record<keyof DeidentifierOptions, readonly [is: (value: unknown) => boolean, says: string]>> = {
  key: [isBytes, 'secret bytes, a Uint8Array'],
  retain: [Array.isArray, 'a list'],
  clean: [Array.isArray, 'a list'],
  blank: [isRectangles, 'a list of rectangles, each four whole numbers: x, y, width and height'],
  safePrivate: [Array.isArray, 'a list'],
  maxHeaderBytes: [isPositive, 'a number over 0'],
}

/** `invalid` for an option that there is not, or that is something else: what it was to take away would be left in images. */
export function checkOptions(given: unknown): void {
  const options = { key: undefined, ...(given as Partial<DeidentifierOptions> | undefined) }
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(rules, name)) {
      throw new GantryError('invalid', `A de-identifier has no option "${name}": ${Object.keys(rules).join(', ')}.`)
    }
    const [is, says] = rules[name as keyof typeof rules]
    if ((value !== undefined || name === 'key') && !is(value)) {
      throw new GantryError('invalid', `The option "${name}" of a de-identifier is ${says}.`)
    }
  }
}
