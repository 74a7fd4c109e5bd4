import { bytesOf, type Entry, GantryError, Store } from '@gantry/core'
import { passage, type StoreDriver, throwIfCancelled, withCalls } from '@gantry/core/driver'
import { memory } from '@gantry/memory'
import { expect, onTestFinished, test, vi } from 'vitest'

import { createWebTransfer } from './web-transfer.ts'

async function filled(count: number): Promise<StoreDriver> {
  const driver = memory()
  const store = new Store(driver)
  for (let index = 0; index < count; index += 1) {
    await store.write({ path: `${index}.bin`, size: 3 }, bytesOf(Uint8Array.of(1, 2, index)))
  }
  return driver
}

test('a listing that fails is told when what was under way has arrived', async () => {
  const source = await filled(4)
  const broken = new GantryError('unavailable', 'The listing broke.')
  const failing = withCalls(source, {
    async *list(selection, call) {
      let listed = 0
      for await (const entry of source.list(selection, call)) {
        if (listed === 2) throw broken
        listed += 1
        yield entry
      }
    },
  })
  const target = memory()
  const begun: (() => void)[] = []
  const slow = withCalls(target, {
    async write(entry, body, call) {
      await new Promise<void>((go) => begun.push(go))
      return (await target.write?.(entry, body, call)) as Entry
    },
  })
  const to = new Store(slow)
  let over = false
  const moving = createWebTransfer()({ name: 'copy', from: new Store(failing), to }).finally(() => (over = true))
  moving.catch(() => {})
  await expect.poll(() => begun.length).toBe(2)
  begun[0]?.()
  await expect.poll(async () => await to.find('0.bin')).toBeDefined()
  expect(over).toBe(false)
  begun[1]?.()
  await expect(moving).rejects.toMatchObject({ code: 'unavailable' })
  expect(await to.find('1.bin')).toBeDefined()
})

test('a copy that is stopped closes its listing, and says how far it was', async () => {
  const source = await filled(20)
  let closed = false
  const listing = withCalls(source, {
    async *list(selection, call) {
      try {
        yield* source.list(selection, call)
      } finally {
        closed = true
      }
    },
  })
  const stop = new AbortController()
  const told: number[] = []
  const moving = createWebTransfer({ concurrency: 1 })({
    name: 'copy',
    from: new Store(listing),
    to: new Store(memory()),
    signal: stop.signal,
    onProgress(bytes) {
      told.push(bytes)
      if (bytes >= 6) stop.abort()
    },
  })
  await expect(moving).rejects.toMatchObject({ code: 'cancelled' })
  expect(closed).toBe(true)
  expect(told.slice(0, 2)).toEqual([3, 6])
})

test('an entry that has passed and goes up slowly is waited for as long as it moves', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const stall = 1000
  const target = memory()
  const slow = withCalls(target, {
    async write(entry, body, call) {
      const written = await target.write?.(entry, body, call)
      for (let part = 0; part < 4; part += 1) {
        await vi.advanceTimersByTimeAsync(stall - 1)
        throwIfCancelled(call)
        call.report?.(1)
      }
      return written as Entry
    },
  })
  const to = new Store(slow)
  const transfer = createWebTransfer({ stall, attempts: 1 })
  expect(await transfer({ name: 'copy', from: new Store(await filled(1)), to })).toEqual([])
})

test('a source is closed where the destination refuses', async () => {
  const source = await filled(3)
  let [opened, closed] = [0, 0]
  const watched = withCalls(source, {
    async read(...given) {
      const reading = await source.read(...given)
      opened += 1
      return { ...reading, body: passage(reading.body, { ended: () => void (closed += 1) }) }
    },
  })
  const refusing = withCalls(memory(), { write: () => Promise.reject(new GantryError('read_only', 'It is full.')) })
  const failures = await createWebTransfer()({ name: 'copy', from: new Store(watched), to: new Store(refusing) })
  expect(failures).toHaveLength(3)
  expect({ opened, closed }).toEqual({ opened: 3, closed: 3 })
})
