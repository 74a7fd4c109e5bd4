import { bytesOf, GantryError, toCall } from '@gantry/core/driver'
import { describe, expect, test } from 'vitest'

import { carHeader, sectionHead } from '../pack/car.ts'
import { cidOf, codec, hexOf } from '../pack/cid.ts'
import { encodeDagIndex } from '../pack/dag-index.ts'
import type { Blob, ShardStore } from '../shards/shard-store.ts'
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

describe('a body that is cut off', () => {
  const blocks = [1, 2, 3].map((value) => {
    const bytes = new Uint8Array(100).fill(value)
    return { cid: cidOf(codec.raw, bytes), bytes }
  })
  const car = Buffer.concat([carHeader, ...blocks.flatMap(({ cid, bytes }) => [sectionHead(cid, bytes.length), bytes])])
  const shard = { cid: cidOf(codec.car, car).toString(), size: car.length }
  const slices = new Map(
    blocks.map(({ cid, bytes }) => [hexOf(cid), { offset: car.indexOf(bytes), size: bytes.length }] as const),
  )
  const indexBytes = encodeDagIndex({ content: cidOf(codec.raw, car), shards: new Map([[shard.cid, slices]]) })
  const index = { cid: cidOf(codec.car, indexBytes).toString(), size: indexBytes.length }

  /** Blobs of which the first reads are cut off, as a store tells it. */
  function opened(cut: { readonly index?: number; readonly shard?: number; readonly isIndexLost?: boolean }) {
    const left = { index: cut.index ?? 0, shard: cut.shard ?? 0 }
    const reads = { index: 0, shard: 0 }
    async function* body(kind: Blob['kind'], bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
      reads[kind] += 1
      left[kind] -= 1
      const isCut = left[kind] >= 0
      yield isCut ? bytes.subarray(0, 200) : bytes
      if (isCut) throw new GantryError('integrity', 'Only 200 of the promised bytes came.')
    }
    const store = {
      name: 'A store',
      async read({ kind }: Blob, { start, end }: { readonly start: number; readonly end: number }) {
        if (kind === 'shard') return body(kind, car.subarray(start, end))
        if (cut.isIndexLost === true) throw new GantryError('not_found', 'It is not there.')
        return body(kind, indexBytes)
      },
    } as unknown as ShardStore
    return { source: new CarSource(store, { shards: [shard], index }), reads }
  }

  const [, , last = blocks[0]] = blocks
  const lastOf = async (source: CarSource) => last && Buffer.from((await source.block(last.cid, toCall())) ?? [])

  test('is no lost index: it is read again, and no shard is scanned', async () => {
    const { source, reads } = opened({ index: 1 })
    expect(await lastOf(source)).toEqual(Buffer.from(last?.bytes ?? []))
    expect(source.isIndexLost).toBe(false)
    expect(reads).toEqual({ index: 2, shard: 1 })
  })

  test('is no lost shard while that is scanned: it is scanned again', async () => {
    const { source } = opened({ isIndexLost: true, shard: 1 })
    expect(await lastOf(source)).toEqual(Buffer.from(last?.bytes ?? []))
    expect(source.isIndexLost).toBe(true)
  })

  test('each time, is not remembered as blocks that are lost', async () => {
    const { source } = opened({ isIndexLost: true, shard: 2 })
    await expect(lastOf(source)).rejects.toMatchObject({ code: 'unavailable', retryable: true })
    expect(await lastOf(source)).toEqual(Buffer.from(last?.bytes ?? []))
  })
})
