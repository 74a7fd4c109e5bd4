import type { Gantry } from '../gantry/create-gantry.ts'
import type { CallProgress, CallSettings, Result } from '../gantry/result.ts'

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

/** Calls that read and write nothing, or only what is asked of a keeper: they have no way to go. */
export const atOnce: ReadonlySet<string> = new Set([
  'auth.setAccessToken',
  'auth.hasAccessToken',
  'workspace.create',
  'workspace.get',
  'workspace.getAll',
  'workspace.openFiles',
  'workspace.destroyAll',
  'med.get',
  'med.getAll',
  'med.destroyAll',
  'geometry.get',
  'geometry.getAll',
  'geometry.destroyAll',
  'geometry.loadFromSerialization',
  'shares.list',
  'shares.revoke',
  'shares.audit',
])

/** What a call told of how far it was, and what came of it. */
export async function progressOf(
  call: Call,
): Promise<{ readonly told: readonly CallProgress[]; readonly result: Result<unknown> }> {
  const told: CallProgress[] = []
  const result = await call({ onProgress: (progress) => void told.push(progress) })
  return { told, result }
}
