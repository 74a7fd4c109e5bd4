import { GantryError } from '@gantry/core'

const seconds: ReadonlyMap<string, number> = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 3600],
  ['d', 86_400],
  ['w', 604_800],
])
/** A hundred years: more is a slip. */
const longest = 100 * 366 * 86_400

/** Seconds of a number of them, or of `90s`, `30m`, `12h`, `7d`, `2w`. */
export function parseExpiresIn(text: string | number): number {
  const [, count = '', unit = 's'] = /^(\d+)\s*([smhdw])$/u.exec(typeof text === 'string' ? text : '') ?? []
  const value = typeof text === 'number' ? text : Number(count) * (seconds.get(unit) ?? 1)
  if (Number.isInteger(value) && value > 0 && value <= longest) return value
  if (value > longest) throw new GantryError('invalid', 'A share lives a hundred years at most: `36600d`.')
  throw new GantryError('invalid', 'How long a share lives is a number of seconds, or such as 30m, 12h, 7d, 2w.')
}
