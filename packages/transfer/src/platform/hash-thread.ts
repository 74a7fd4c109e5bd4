import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import { crc32 } from 'node:zlib'

import type { AsideAlgorithm, HashAnswer, HashMemory, HashOrder } from './hash-order.ts'

// The other side of `HashThreads`: digests what lies in a slot of the shared memory, and gives the slot back. Runs
// straight from its file, without a bundler's or loader's help: it may import nothing but types and Node's own.

type Crc = (data: Uint8Array, initial: number) => number

interface Running {
  readonly update: (bytes: Uint8Array) => void
  readonly digest: () => string
}

const { memory, slotSize, crc32c: file } = workerData as HashMemory
const running = new Map<number, ReadonlyMap<AsideAlgorithm, Running>>()

parentPort?.on('message', (order: HashOrder) => {
  const { type, id } = order
  if (type === 'begin') {
    running.set(id, new Map(order.algorithms.map((algorithm) => [algorithm, start(algorithm)])))
    return
  }
  const hashers = running.get(id)
  if (type === 'update') {
    const bytes = new Uint8Array(memory, order.slot * slotSize, order.length)
    for (const hasher of hashers?.values() ?? []) hasher.update(bytes)
    answer({ type: 'free', slot: order.slot })
    return
  }
  running.delete(id)
  if (type === 'drop') return
  const digests = [...(hashers ?? [])].map(([algorithm, hasher]) => [algorithm, hasher.digest()])
  answer({ type: 'digest', id, digests: Object.fromEntries(digests) })
})

function start(algorithm: AsideAlgorithm): Running {
  if (algorithm === 'crc32') return checksum(crc32)
  if (algorithm === 'crc32c') return checksum(loadCrc32c())
  const hash = createHash(algorithm)
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('hex') }
}

function loadCrc32c(): Crc {
  return (createRequire(import.meta.url)(file ?? '') as { crc32c: Crc }).crc32c
}

function checksum(crc: Crc): Running {
  let value = 0
  return {
    update: (bytes) => void (value = crc(bytes, value)),
    digest: () => (value >>> 0).toString(16).padStart(8, '0'),
  }
}

function answer(message: HashAnswer): void {
  // eslint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(message)
}
