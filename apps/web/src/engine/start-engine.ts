import type { EngineCalls } from './engine.ts'
import type { Credential } from './model.ts'
import type { GoogleSession } from './session.ts'
import { type CallContext, type Remote, remoteOf } from './rpc.ts'

interface SessionCalls {
  /** Answers a mark that tells this account from others. */
  signIn(context: CallContext, credential: Credential): Promise<string>
  /**
   * Stops what runs, and answers the names of those calls; removes what was left in this browser. `keepShares`: but for shares
   * that were interrupted, and their keys. `keepOpen`: what is open can be looked at still.
   */
  signOut(context: CallContext, keepShares: boolean, keepOpen: boolean): readonly string[]
  /** `port`: where the page answers with tokens. */
  useGoogle(context: CallContext, port: MessagePort, urls: Omit<GoogleSession, 'tokens'>): void
}

export type Engine = Remote<EngineCalls & SessionCalls>

export function startEngine(): Engine {
  return remoteOf<EngineCalls & SessionCalls>(
    () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'engine' }),
  )
}
