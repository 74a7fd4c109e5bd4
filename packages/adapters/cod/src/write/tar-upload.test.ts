import { collect, Store, type StoreUploads, toCall } from '@gantry/core'
import { memory } from '@gantry/memory'
import { expect, test } from 'vitest'

import { crc32cOf } from '../bytes/hasher.ts'
import { TarUpload } from './tar-upload.ts'

const mebibyte = 1024 * 1024

/** Bytes of memory that each part lay in. */
async function heldBy(sizes: readonly number[], expected: number, partSize = 8 * mebibyte): Promise<number[]> {
  const store = new Store(memory())
  const { uploads } = store
  if (uploads === undefined) throw new Error('It takes no parts.')
  const held: number[] = []
  const watching = {
    ability: uploads.ability,
    begin: async (...given: Parameters<StoreUploads['begin']>) => await uploads.begin(...given),
    complete: async (...given: Parameters<StoreUploads['complete']>) => await uploads.complete(...given),
    putPart: async (...[upload, part, body, call]: Parameters<StoreUploads['putPart']>) => {
      async function* seen() {
        for await (const chunk of body) {
          held.push(chunk.buffer.byteLength)
          yield chunk
        }
      }
      return await uploads.putPart(upload, part, seen(), call)
    },
  } as unknown as StoreUploads
  const call = toCall()
  const sink = await TarUpload.begin(
    { uploads: watching, crc32c: crc32cOf(undefined), partSize, expected },
    { path: 'a.tar' },
    call,
  )
  const whole = sizes.map((size, index) => new Uint8Array(size).fill(index + 1))
  for (const chunk of whole) {
    await sink.write(chunk, call)
    await sink.settle(call)
  }
  await sink.finish({ path: 'a.tar' }, call)
  const { body } = await store.read('a.tar')
  expect(Buffer.compare(await collect(body), Buffer.concat(whole))).toBe(0)
  return held
}

test('a tar that is shorter than a part takes no more memory than it has bytes', async () => {
  const held = await heldBy([1536, 2 * mebibyte, 10_240], 2 * mebibyte + 2048)
  expect(held).toEqual([2 * mebibyte + 2048 + 2 * 10_240])
})

test('one that is longer than was expected grows to a part, and no further', async () => {
  const held = await heldBy(
    Array.from({ length: 60 }, () => 50_000),
    0,
    mebibyte,
  )
  expect(Math.max(...held)).toBe(mebibyte)
  expect(held.length).toBeGreaterThan(2)
})
