import type { Adapter } from '@gantry/core'

import { UsageError } from '../usage-error.ts'
import { isAdapter } from './config.ts'
import { resolveImport } from './resolve-import.ts'

/** Third-party adapters, as a configuration names them: looked for from its folder, as its own imports would be. */
export async function loadAdapters(named: readonly (string | Adapter)[], folder: string): Promise<readonly Adapter[]> {
  const adapters: Adapter[] = []
  for (const one of named) {
    if (typeof one === 'string') adapters.push(...(await adaptersOf(one, folder)))
    else adapters.push(one)
  }
  return adapters
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
