import { checkGiven } from '@gantry/core/driver'
import { type AuthCalls, authCalls } from './auth-calls.ts'
import { Context } from './context.ts'
import { type GeometryCalls, geometryCalls } from './geometry-calls.ts'
import { type MedCalls, medCalls } from './med-calls.ts'
import type { GantryOptions } from './options.ts'
import { type ShareCalls, shareCalls } from './share-calls.ts'
import { type StorageCalls, storageCalls } from './storage-calls.ts'
import { type WorkspaceCalls, workspaceCalls } from './workspace-calls.ts'

/** Loading, looking after, and sharing what people look at. */
export interface Gantry {
  readonly auth: AuthCalls
  readonly workspace: WorkspaceCalls
  readonly med: MedCalls
  readonly geometry: GeometryCalls
  readonly storage: StorageCalls
  readonly shares: ShareCalls
}

/** An instance of its own: handles, tokens and what was opened are not shared with others. */
export function createGantry(options: GantryOptions): Gantry {
  checkGiven(options, 'createGantry', {
    platform: 'object',
    store: 'store?',
    hub: 'string?',
    catalogue: 'object?',
    fetch: 'function?',
    now: 'function?',
  })
  const context = new Context(options)
  return {
    auth: authCalls(context),
    workspace: workspaceCalls(context),
    med: medCalls(context),
    geometry: geometryCalls(context),
    storage: storageCalls(context),
    shares: shareCalls(context),
  }
}
