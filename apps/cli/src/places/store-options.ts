import type { Adapter } from '@gantry/core'

import { UsageError } from '../usage-error.ts'
import type { Given } from './address.ts'
import { valuesOf } from './option-values.ts'

/** `key=value`, as `--option` takes it. */
export function parseGiven(pairs: readonly string[]): Given {
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf('=')
      if (equals < 1) throw new UsageError(`An option of a store is written key=value, not "${pair}".`)
      return [pair.slice(0, equals), pair.slice(equals + 1)]
    }),
  )
}

/**
 * Options that came as text, as the adapter's own schema wants them: `true` and `5` become what they say where it takes
 * no string, and so does a list, as JSON or with commas. Credentials are refused: command lines and job records can be read by others.
 */
export function readGiven(given: Given, adapter: Adapter): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(given).map(([key, text]) => {
      const field = adapter.options.shape[key]
      if (field === undefined) {
        const own = Object.entries(adapter.options.shape)
        const known = own.flatMap(([name, one]) =>
          isSecret(name, adapter) || valuesOf(one) === undefined ? [] : [name],
        )
        const others = known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`
        throw new UsageError(`A store of ${adapter.scheme}: has no option "${key}"; ${others}.`)
      }
      if (isSecret(key, adapter)) {
        throw new UsageError(
          `"${key}" does not belong on a command line, where others can read it: set it in the environment, or as { env: 'NAME' } in the options of a remote.`,
        )
      }
      if (!('safeParse' in field)) return [key, text]
      const values = valuesOf(field)
      const ways = [text, fromJson(text), ...(values === undefined ? [] : [text.split(',')])]
      const read = ways.find((value) => field.safeParse(value).success)
      if (read !== undefined) return [key, read]
      throw new UsageError(
        values === undefined
          ? `The option "${key}" of ${adapter.scheme}: can be given in a program only.`
          : `"${key}" of ${adapter.scheme}: takes other values: ${values}.`,
      )
    }),
  )
}

/** Whether an option takes a credential as text; one that takes just a word such as `anonymous` does not. */
export function isSecret(name: string, { options }: Pick<Adapter, 'options'>): boolean {
  if (name === 'key') return true
  const field = options.shape[name]
  if (!soundsSecret(name)) return false
  return field === undefined || !('safeParse' in field) || field.safeParse('any text at all').success
}

/** By its name alone. */
export function soundsSecret(name: string): boolean {
  return name === 'key' || /secret|token|passw|passphrase|credential|accesskey/iu.test(name)
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
