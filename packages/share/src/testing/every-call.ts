import type { Gantry } from '../gantry/create-gantry.ts'
import type { CallSettings, Result } from '../gantry/result.ts'

type Call = (settings: CallSettings) => Promise<Result<unknown>>

/** Every call of every namespace, with what it is given first, and settings where it takes them. */
export function everyCall(gantry: Gantry, given: unknown): ReadonlyMap<string, Call> {
  const calls = new Map<string, Call>()
  for (const [namespace, functions] of Object.entries(gantry)) {
    for (const [name, call] of Object.entries(functions as object)) {
      const run = call as (...parameters: readonly unknown[]) => Promise<Result<unknown>>
      calls.set(`${namespace}.${name}`, async (settings) => await run(...parametersOf(name, given, settings)))
    }
  }
  return calls
}

function parametersOf(name: string, given: unknown, settings: CallSettings): readonly unknown[] {
  if (['list', 'getAll', 'destroyAll', 'hasAccessToken'].includes(name)) return [settings]
  return name === 'create' ? [given, {}, settings] : [given, settings]
}
