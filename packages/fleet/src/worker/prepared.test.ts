import { GantryError, Store } from '@gantry/core'
import { memory } from '@gantry/memory'
import { createJobSpec } from '@gantry/transfer'
import { expect, test } from 'vitest'

import type { FleetRun } from '../ledger/records.ts'
import { PreparedRuns } from './prepared.ts'

function run(id: string): FleetRun {
  const spec = createJobSpec({ from: 'memory:a', to: 'memory:b' })
  return { id, queue: 'q', spec, state: 'submitted', created: 0 }
}

/** Stores that tell when they are closed; `ready` is waited for before those of a run are opened. */
function bench(ready: (id: string) => Promise<void> = async () => await Promise.resolve()) {
  const log: string[] = []
  class Told extends Store {
    readonly #name: string

    constructor(name: string) {
      super(memory())
      this.#name = name
    }

    override async close(): Promise<void> {
      log.push(this.#name)
      await super.close()
    }
  }
  let opened = 0
  const runs = new PreparedRuns(async ({ id }) => {
    opened += 1
    await ready(id)
    return { from: new Told(`from ${id}`), to: new Told(`to ${id}`) }
  })
  return { log, runs, opened: () => opened }
}

test('the stores of runs that go on are kept, and of those that rest a few', async () => {
  const { log, runs, opened } = bench()
  const held = await Promise.all([runs.hold(run('busy')), runs.hold(run('busy'))])
  expect(held[0].prepared).toBe(held[1].prepared)
  held[0].release()
  // Told twice, it is still one.
  held[0].release()
  for (let index = 0; index < 20; index += 1) (await runs.hold(run(String(index)))).release()
  await expect.poll(() => log.length).toBe(24)
  expect(log).toEqual(Array.from({ length: 12 }, (_, index) => [`from ${index}`, `to ${index}`]).flat())
  expect(opened()).toBe(21)
  // The last ones are there still, and the others are opened again.
  ;(await runs.hold(run('19'))).release()
  expect(opened()).toBe(21)
  ;(await runs.hold(run('0'))).release()
  expect(opened()).toBe(22)
  await runs.close()
  expect(log.length).toBe(2 * opened())
  expect(new Set(log).size).toBe(2 * 21)
  held[1].release()
  expect(log.length).toBe(2 * opened())
})

test('one who waits for stores is one who uses them', async () => {
  const opening = Promise.withResolvers<void>()
  const { log, runs } = bench(async (id) => (id === 'slow' ? await opening.promise : undefined))
  const slow = runs.hold(run('slow'))
  for (let index = 0; index < 20; index += 1) (await runs.hold(run(String(index)))).release()
  await expect.poll(() => log.length).toBe(24)
  opening.resolve()
  const { prepared, release } = await slow
  await prepared.from.list().next()
  release()
  await runs.close()
})

test('a defect of what prepares is told of', async () => {
  const told: unknown[] = []
  const broken = new TypeError('broken')
  const runs = new PreparedRuns(
    async () => await Promise.reject(broken),
    (error) => told.push(error),
  )
  await expect(runs.hold(run('a'))).rejects.toMatchObject({ code: 'internal' })
  expect(told).toEqual([broken])
})

test('what could not be opened is not tried for a while, and leaves nothing to close', async () => {
  let tried = 0
  const runs = new PreparedRuns(async () => {
    tried += 1
    return await Promise.reject(new GantryError('not_found', 'There is no such remote.', { store: 'pacs' }))
  })
  const both = await Promise.allSettled([runs.hold(run('a')), runs.hold(run('a'))])
  expect(both).toMatchObject([{ reason: { code: 'not_found' } }, { reason: { code: 'not_found' } }])
  await expect(runs.hold(run('a'))).rejects.toMatchObject({ store: 'pacs' })
  expect(tried).toBe(1)
  await runs.close()
})
