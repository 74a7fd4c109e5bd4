import { parentPort, workerData } from 'node:worker_threads'

import { targets } from '../targets/index.ts'
import { fuzz, type FuzzOptions } from './fuzz.ts'
import type { Shared } from './in-thread.ts'

// Fuzzes one target in a thread of its own, and leaves each input where the main thread finds it when this one hangs.
const { name, options, memory } = workerData as Shared
const target = await targets[name]?.()
if (target === undefined) throw new Error('There is no such target.')
const [counters, bytes] = [new Int32Array(memory, 0, 2), new Uint8Array(memory, 8)]
const onInput: FuzzOptions['onInput'] = (input) => {
  bytes.set(input)
  Atomics.store(counters, 1, input.length)
  Atomics.add(counters, 0, 1)
}
const found = await fuzz(target, { ...options, onInput })
// The look-out is for who does not come here.
Atomics.store(counters, 0, -1)
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port is no window
parentPort?.postMessage(found)
