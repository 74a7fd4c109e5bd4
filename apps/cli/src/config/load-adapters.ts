import type { Adapter } from '@gantry/core'

import { builtinAdapters } from '../places/builtin-adapters.ts'
import { UsageError } from '../usage-error.ts'
import { isAdapter } from './config.ts'
import { resolveImport } from './resolve-import.ts'

/** Third-party adapters, as a configuration names them: looked for from its folder, as its own imports would be. */
export async function loadAdapters(named: readonly (string | Adapter)[], folder: string): Promise<readonly Adapter[]> {
  // Each once: modules export one by several names.
  const adapters = new Set<Adapter>()
  for (const one of named) {
    if (typeof one === 'string') for (const adapter of await adaptersOf(one, folder)) adapters.add(adapter)
    else adapters.add(one)
  }
  refuseTaken(adapters)
  return [...adapters]
}

/** One of two that have a scheme would be passed over without a word. */
function refuseTaken(adapters: Iterable<Adapter>): void {
  const schemes = new Set<string>()
  for (const { scheme } of adapters) {
    const builtin = Object.hasOwn(builtinAdapters, scheme)
    if (builtin || schemes.has(scheme)) {
      const other = builtin ? 'is built in' : 'is named before it in the configuration'
      throw new UsageError(`Two adapters have the scheme "${scheme}", of which one ${other}: give each its own.`)
    }
    schemes.add(scheme)
  }
}

async function adaptersOf(name: string, folder: string): Promise<Adapter[]> {
  let module: unknown
  try {
    module = await import(resolveImport(name, folder))
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause)
    throw new UsageError(`The adapter "${name}" that the configuration names cannot be loaded: ${why}`, { cause })
  }
  const adapters = Object.values(module as Record<string, unknown>).filter((value) => isAdapter(value))
  if (adapters.length === 0) throw new UsageError(`"${name}" exports no adapter, as defineAdapter makes it.`)
  return adapters
}
