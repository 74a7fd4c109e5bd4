import { parentPort } from 'node:worker_threads'

import { copyFile } from './copy-file.ts'
import type { CopyAnswer, CopyOrder } from './copy-order.ts'

// The other side of `CopyThreads`. Runs straight from its file, without a bundler's or loader's help.

/** Orders under way, and whether they are still wanted. */
const wanted = new Map<number, boolean>()

parentPort?.on('message', (order: CopyOrder) => {
  if (order.type === 'copy') void copy(order)
  else if (wanted.has(order.id)) wanted.set(order.id, false)
})

async function copy(order: Extract<CopyOrder, { type: 'copy' }>): Promise<void> {
  const { id } = order
  wanted.set(id, true)
  const stopped = () => wanted.get(id) === false
  const result = await copyFile(order, { stopped, moved: (bytes) => answer({ type: 'moved', id, bytes }) })
  wanted.delete(id)
  answer('failure' in result ? { type: 'failed', id, failed: result } : { type: 'done', id, copied: result })
}

function answer(message: CopyAnswer): void {
  // eslint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(message)
}
