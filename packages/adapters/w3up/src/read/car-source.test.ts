import { bytesOf, GantryError, toCall } from '@gantry/core/driver'
import { expect, test } from 'vitest'

import { codec, cidOf } from '../pack/cid.ts'
import { encodeDagIndex } from '../pack/dag-index.ts'
import type { ShardStore } from '../shards/shard-store.ts'
import { CarSource } from './car-source.ts'

test('who stops reading a unit while its index comes stops nobody else', async () => {
  const block = cidOf(codec.raw, Uint8Array.of(1))
  const shard = { cid: cidOf(codec.car, Uint8Array.of(2)).toString(), size: 100 }
  const sha256 = Buffer.from(block.multihash.digest).toString('hex')
  const slices = new Map([[sha256, { offset: 10, size: 1 }]])
  const bytes = encodeDagIndex({ content: block, shards: new Map([[shard.cid, slices]]) })
  const index = { cid: cidOf(codec.car, bytes).toString(), size: bytes.length }
  const come = Promise.withResolvers<void>()
  const store = {
    name: 'A store',
    async read(_blob: unknown, _range: unknown, { signal }: { readonly signal: AbortSignal }) {
      const stopped = Promise.withResolvers<never>()
      signal.addEventListener('abort', () => stopped.reject(new GantryError('cancelled', 'Stopped on request.')))
      await Promise.race([come.promise, stopped.promise])
      return bytesOf(bytes)
    },
  } as unknown as ShardStore
  const source = new CarSource(store, { shards: [shard], index })
  const first = new AbortController()
  const stopped = source.locate(block, toCall({ signal: first.signal }))
  const other = source.locate(block, toCall())
  first.abort()
  await expect(stopped).rejects.toMatchObject({ code: 'cancelled' })
  come.resolve()
  expect(await other).toEqual({ file: shard.cid, offset: 10, size: 1 })
})
