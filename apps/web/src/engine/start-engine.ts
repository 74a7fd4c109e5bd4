import type { EngineCalls } from './engine.ts'
import type { Credential } from './model.ts'
import { type CallContext, type Remote, remoteOf } from './rpc.ts'

interface SessionCalls {
  signIn(context: CallContext, credential: Credential): Promise<void>
  signOut(context: CallContext): void
}

export type Engine = Remote<EngineCalls & SessionCalls>

export function startEngine(): Engine {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'engine' })
  return remoteOf<EngineCalls & SessionCalls>(worker)
}
