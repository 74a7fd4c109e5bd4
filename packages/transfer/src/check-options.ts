import { GantryError } from '@gantry/core'

/** What an option has to be, and how that is said. */
export type Rule = readonly [is: (value: unknown) => boolean, says: string]

export const aFunction: Rule = [(value) => typeof value === 'function', 'a function']
export const aBoolean: Rule = [(value) => typeof value === 'boolean', 'true or false']
export const aList: Rule = [Array.isArray, 'a list']
export const anObject: Rule = [(value) => typeof value === 'object' && value !== null, 'an object']
export const notNegative: Rule = [(value) => typeof value === 'number' && value >= 0, 'a number from 0']
export const positive: Rule = [(value) => typeof value === 'number' && value > 0, 'a number over 0']
export const aCount: Rule = [(value) => Number.isInteger(value) && Number(value) >= 1, 'a whole number from 1']

/**
 * Throws `invalid` for an option that is not what it has to be, or that there is not: a name with a slip of the pen would be
 * taken for one that was left out. One that is `undefined` is left out.
 */
export function checkOptions(of: string, given: object, rules: Readonly<Record<string, Rule>>): void {
  for (const [name, value] of Object.entries(given)) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined
    if (rule === undefined) throw new GantryError('invalid', `${of} has no option "${name}".`)
    const [is, says] = rule
    if (value !== undefined && !is(value)) throw new GantryError('invalid', `The option "${name}" of ${of} is ${says}.`)
  }
}
