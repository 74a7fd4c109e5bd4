import type { EngineCalls } from './engine.ts'
import { type Remote, remoteOf } from './rpc.ts'

export type Engine = Remote<EngineCalls>

export function startEngine(): Engine {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'engine' })
  return remoteOf<EngineCalls>(worker)
}
