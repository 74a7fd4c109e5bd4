import { Store } from '@gantry/core'
import { memory } from '@gantry/memory'
import { expect, test } from 'vitest'

import type { Place } from './places.ts'
import { withPlaces } from './with-places.ts'

function bench() {
  const closed: string[] = []
  class Told extends Store {
    readonly #name: string

    constructor(name: string) {
      super(memory())
      this.#name = name
    }

    override async close(): Promise<void> {
      closed.push(this.#name)
      await super.close()
    }
  }
  const open = (name: string) => async (): Promise<Place> =>
    await Promise.resolve({ store: new Told(name), address: name, server: '', entry: undefined })
  return { closed, to: open('to'), from: open('from') }
}

const broken = new Error('broken')

test('both are closed when all is done, and when it failed', async () => {
  const { closed, ...open } = bench()
  const addresses = await withPlaces(open, async ({ from, to }) => await Promise.resolve([from.address, to.address]))
  expect(addresses).toEqual(['from', 'to'])
  expect(closed).toEqual(['from', 'to'])
  await expect(withPlaces(open, async () => await Promise.reject(broken))).rejects.toBe(broken)
  expect(closed).toEqual(['from', 'to', 'from', 'to'])
})

test('a source that cannot be opened leaves no destination open', async () => {
  const { closed, to } = bench()
  const work = async () => await Promise.resolve()
  await expect(withPlaces({ to, from: async () => await Promise.reject(broken) }, work)).rejects.toBe(broken)
  expect(closed).toEqual(['to'])
})
