import { bytesOf, Store } from '@gantry/core'
import { withCalls } from '@gantry/core/driver'
import { memory } from '@gantry/memory'
import { expect, test } from 'vitest'

import { viewOf } from './view-of.ts'

test('shows what the store has, but for what it answers itself, and takes nothing', async () => {
  const told: unknown[] = []
  const behind = new Store(
    withCalls(memory({ tiers: ['HOT'] }), {
      async expect(...[purpose, entries]) {
        told.push([purpose, entries])
      },
      async close() {
        told.push('closed')
      },
    }),
  )
  await behind.write({ path: 'a', size: 1 }, bytesOf(Uint8Array.of(1)))
  const view = new Store(
    viewOf(behind, {
      abilities: { digests: ['sha256'] },
      list: () => behind.list(),
      stat: async (path) => ({ path, size: 1, digests: { sha256: 'a' } }),
    }),
  )
  const { write, remove, versions, digests, order, tier } = view.abilities
  expect({ write, remove, versions, digests, order, tier }).toEqual({
    write: false,
    remove: false,
    versions: true,
    digests: ['sha256'],
    order: 'path',
    tier: undefined,
  })
  expect(view.scheme).toBe('memory')
  expect((await view.stat('a')).digests).toEqual({ sha256: 'a' })
  expect((await view.read('a')).entry).toMatchObject({ path: 'a', size: 1 })
  await expect(view.write({ path: 'b' }, bytesOf())).rejects.toMatchObject({ code: 'unsupported' })
  // What stands behind it makes ready what is soon read.
  expect(view.expects).toBe(true)
  await view.expect('read', [{ path: 'a' }])
  await view.close()
  expect(told).toEqual([['read', [{ path: 'a' }]], 'closed'])
  const unmoved = new Store(memory())
  expect(new Store(viewOf(unmoved, { list: () => unmoved.list() })).expects).toBe(false)
})
