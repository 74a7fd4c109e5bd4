import type { EngineCalls } from './engine.ts'
import type { Credential } from './model.ts'
import type { GoogleSession } from './session.ts'
import { type CallContext, type Remote, remoteOf } from './rpc.ts'

interface SessionCalls {
  signIn(context: CallContext, credential: Credential): Promise<void>
  signOut(context: CallContext): void
  /** `port`: where the page answers with tokens. */
  useGoogle(context: CallContext, port: MessagePort, urls: Omit<GoogleSession, 'tokens'>): void
}

export type Engine = Remote<EngineCalls & SessionCalls>

export function startEngine(): Engine {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'engine' })
  return remoteOf<EngineCalls & SessionCalls>(worker)
}
