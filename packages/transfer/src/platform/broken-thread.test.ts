import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'

import { expect, onTestFinished, test } from 'vitest'

import { hashAside } from './hash-threads.ts'

test('a thread that breaks is replaced, and what it says after that is not said of the next', async () => {
  const threads: Worker[] = []
  const see = (thread: Worker) => void threads.push(thread)
  process.on('worker', see)
  onTestFinished(() => void process.off('worker', see))
  /** On every thread, however many there are. */
  const digestOnAll = async () => {
    const hashers = Array.from({ length: 8 }, () => hashAside(['sha256']))
    return await Promise.allSettled(hashers.map(async (hasher) => await hasher?.digests()))
  }
  await digestOnAll()
  const [broken] = threads
  const count = threads.length
  broken?.emit('error', new Error('Out of memory.'))
  await digestOnAll()
  expect(threads).toHaveLength(count + 1)
  const exit = broken && once(broken, 'exit')
  await broken?.terminate()
  await exit
  expect((await digestOnAll()).every(({ status }) => status === 'fulfilled')).toBe(true)
  expect(threads).toHaveLength(count + 1)
})
