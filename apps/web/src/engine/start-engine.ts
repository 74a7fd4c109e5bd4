import type { EngineCalls } from './engine.ts'
import type { Credential } from './model.ts'
import type { GoogleSession } from './session.ts'
import { type CallContext, type Remote, remoteOf } from './rpc.ts'

interface SessionCalls {
  signIn(context: CallContext, credential: Credential): Promise<void>
  /** Removes what was left in this browser; `keepShares`: but for shares that were interrupted, and their keys. */
  signOut(context: CallContext, keepShares: boolean): void
  /** `port`: where the page answers with tokens. */
  useGoogle(context: CallContext, port: MessagePort, urls: Omit<GoogleSession, 'tokens'>): void
}

export type Engine = Remote<EngineCalls & SessionCalls>

export function startEngine(): Engine {
  return remoteOf<EngineCalls & SessionCalls>(
    () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'engine' }),
  )
}
