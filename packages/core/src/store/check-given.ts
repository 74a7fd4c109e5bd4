import { GantryError } from '../errors/gantry-error.ts'

/** What an option has to be; with a question mark it may be left out. */
export type Wanted = Kind | `${Kind}?`
type Kind = 'string' | 'number' | 'boolean' | 'function' | 'object' | 'list' | 'store'

const words: Readonly<Record<Kind, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  function: 'a function',
  object: 'an object',
  list: 'a list',
  store: 'a Store, such as new Store(driver)',
}

/**
 * Looks at the options of a factory before anything is made of them: `invalid`, naming each that is missing or something else,
 * because plain JavaScript hands in what no compiler sees. `wanted` need not name what a schema looks at later on; `whose` is
 * said with it: `an s3 store`.
 */
export function checkGiven(given: unknown, whose: string, wanted: Readonly<Record<string, Wanted>>): void {
  const options: unknown = given === undefined ? {} : given
  if (!isOf('object', options)) throw wrong(whose, ['they are an object'])
  const troubles: string[] = []
  for (const [name, what] of Object.entries(wanted)) {
    const kind = what.replace('?', '') as Kind
    const value = (options as Readonly<Record<string, unknown>>)[name]
    if (value === undefined && what !== kind) continue
    if (value === undefined) troubles.push(`"${name}" is missing: ${words[kind]}`)
    else if (!isOf(kind, value)) troubles.push(`"${name}" is ${words[kind]}`)
  }
  if (troubles.length > 0) throw wrong(whose, troubles)
}

function isOf(kind: Kind, value: unknown): boolean {
  if (kind === 'list') return Array.isArray(value)
  if (kind === 'object') return typeof value === 'object' && value !== null
  // A driver is none yet, though it has most of what a store has.
  if (kind === 'store')
    return isOf('object', value) && 'list' in (value as object) && !('contract' in (value as object))
  return typeof value === kind
}

function wrong(whose: string, troubles: readonly string[]): GantryError {
  return new GantryError('invalid', `The options of ${whose} are wrong: ${troubles.join('; ')}.`)
}
