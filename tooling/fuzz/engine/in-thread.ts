import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

import type { Fuzzed, FuzzOptions } from './fuzz.ts'
import { longest } from './mutate.ts'

export interface Shared {
  readonly name: string
  readonly options: Omit<FuzzOptions, 'onInput'>
  readonly memory: SharedArrayBuffer
}

/** Milliseconds after which a thread that is at one input hangs: more than it takes to notice that itself. */
const patience = 40_000

/** The same in a thread of its own, with a heap that ends: an endless loop, or memory for its asking, is a finding too. */
export async function fuzzInThread(name: string, options: Shared['options']): Promise<Fuzzed> {
  const memory = new SharedArrayBuffer(8 + longest)
  const [counters, bytes] = [new Int32Array(memory, 0, 2), new Uint8Array(memory, 8)]
  const shared: Shared = { name, options, memory }
  const worker = new Worker(new URL('fuzz-thread.ts', import.meta.url), {
    workerData: shared,
    execArgv: ['--conditions=@gantry/source'],
    resourceLimits: { maxOldGenerationSizeMb: 768 },
  })
  const lost = (wrong: string): Fuzzed => {
    const input = Uint8Array.from(bytes.subarray(0, Atomics.load(counters, 1)))
    return { inputs: Atomics.load(counters, 0), blocks: 0, kept: [], findings: [{ input, wrong }] }
  }
  const { promise: hung, resolve } = Promise.withResolvers<Fuzzed>()
  let seen = 0
  const looking = setInterval(() => {
    const now = Atomics.load(counters, 0)
    if (now > 0 && now === seen) resolve(lost(`it was not read within ${patience / 1000} s, and nothing else ran`))
    seen = now
  }, patience)
  const ended = once(worker, 'message').then(
    ([found]) => found as Fuzzed,
    (error: unknown) => lost(String(error)),
  )
  try {
    return await Promise.race([ended, hung])
  } finally {
    clearInterval(looking)
    await worker.terminate()
  }
}
