import { createHash, type Hash } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'

import type { HashAnswer, HashOrder } from './hash-order.ts'

// The other side of `HashThreads`: digests what lies in a slot of the shared memory, and gives the slot back. Runs
// straight from its file, without a bundler's or loader's help: it may import nothing but types and Node's own.

const { memory, slotSize } = workerData as { memory: SharedArrayBuffer; slotSize: number }
const running = new Map<number, Hash>()

parentPort?.on('message', (order: HashOrder) => {
  const { type, id } = order
  if (type === 'update') {
    let hash = running.get(id)
    if (hash === undefined) {
      hash = createHash('sha256')
      running.set(id, hash)
    }
    hash.update(new Uint8Array(memory, order.slot * slotSize, order.length))
    answer({ type: 'free', slot: order.slot })
    return
  }
  const hash = running.get(id)
  running.delete(id)
  if (type === 'digest') answer({ type: 'digest', id, hex: (hash ?? createHash('sha256')).digest('hex') })
})

function answer(message: HashAnswer): void {
  // eslint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(message)
}
