import { chunkSize, createSourceKey, nobleCipher } from '@gantry/age'
import { nodeCipher } from '@gantry/age/node'
import { bytesOf, Store } from '@gantry/core'
import { memory, MemoryContents } from '@gantry/memory'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { patternBytes } from '../testing/pattern.ts'
import { read } from '../testing/sealed-share.ts'
import { createSealedItem } from './sealed-item.ts'
import { sealedStore } from './sealed-store.ts'

async function sealing(bytes: Uint8Array) {
  const contents = new MemoryContents()
  const plain = new Store(memory({ contents }))
  const item = createSealedItem(await plain.write({ path: 'file', size: bytes.length }, bytesOf(bytes)))
  const key = await createSourceKey()
  const sealed = new Store(sealedStore(plain, [{ key, items: [item] }], nodeCipher))
  return { plain, item, key, sealed }
}

describe('a sealed store', () => {
  test('tells opaque paths and the lengths of the objects, and no times', async () => {
    const { sealed, item, key } = await sealing(patternBytes(100_000))
    const listed = []
    for await (const entry of sealed.list()) listed.push(entry)
    const size = key.header.length + 16 + 100_000 + 2 * 16
    expect(listed).toEqual([{ path: item.path, size, version: item.version }])
    expect(item.path).toMatch(/^[A-Za-z0-9_-]{22}$/u)
    expect(await sealed.stat(item.path)).toEqual(listed[0])
    expect((await read(sealed, item.path)).length).toBe(size)
  })

  test('gives every range of the same bytes, by either cipher', async () => {
    const { sealed, plain, item, key } = await sealing(patternBytes(3 * chunkSize + 9))
    const all = await read(sealed, item.path)
    const slow = new Store(sealedStore(plain, [{ key, items: [item] }], nobleCipher))
    const begin = key.header.length + 16
    const edge = fc.oneof(
      fc.integer({ min: 0, max: all.length }),
      fc.integer({ min: 0, max: begin + 2 }),
      fc
        .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: -1, max: 17 }))
        .map(([index, off]) => begin + index * (chunkSize + 16) + off - 8),
    )
    await fc.assert(
      fc.asyncProperty(edge, edge, fc.constantFrom(sealed, slow), async (a, b, store) => {
        const [start, end] = a < b ? [a, b] : [b, a]
        expect(Buffer.compare(await read(store, item.path, start, end), all.subarray(start, end))).toBe(0)
      }),
      { numRuns: 150 },
    )
  })

  test('refuses a file that changed: never other bytes under one nonce', async () => {
    const { sealed, plain, item } = await sealing(patternBytes(100))
    await plain.write({ path: 'file', size: 100 }, bytesOf(patternBytes(100, 2)))
    for (const attempt of [read(sealed, item.path), read(sealed, item.path, 0, 10), sealed.stat(item.path)]) {
      await expect(attempt).rejects.toMatchObject({ code: 'precondition_failed', path: item.path })
    }
  })

  test('refuses a file that grew, where there are no versions', async () => {
    const { plain, key, item } = await sealing(patternBytes(100))
    const { version: _, ...unversioned } = item
    const sealed = new Store(sealedStore(plain, [{ key, items: [unversioned] }], nodeCipher))
    await plain.write({ path: 'file', size: 101 }, bytesOf(patternBytes(101)))
    await expect(read(sealed, item.path)).rejects.toMatchObject({ code: 'precondition_failed' })
  })

  test('closes the file behind a body that nobody wants, also in the middle', async () => {
    let open = 0
    const plain = memory()
    const item = createSealedItem(
      await new Store(plain).write({ path: 'file', size: 9_000_000 }, bytesOf(patternBytes(9_000_000))),
    )
    const watched = new Store({
      contract: 1,
      scheme: 'watched',
      abilities: plain.abilities,
      list: (selection, call) => plain.list(selection, call),
      stat: async (path, call) => await plain.stat(path, call),
      read: async (ref, range, call) => {
        const { entry, body } = await plain.read(ref, range, call)
        const iterator = body[Symbol.asyncIterator]()
        let over = false
        open += 1
        const end = () => {
          if (!over) open -= 1
          over = true
        }
        const next = async () => {
          const result = await iterator.next()
          if (result.done === true) end()
          return result
        }
        const finish = async () => {
          end()
          await iterator.return?.()
          return { done: true as const, value: undefined }
        }
        return { entry, body: { [Symbol.asyncIterator]: () => ({ next, return: finish }) } }
      },
      codeOf: () => undefined,
    })
    const key = await createSourceKey()
    const sealed = new Store(sealedStore(watched, [{ key, items: [item] }], nodeCipher))
    for (const chunks of [0, 1, 2, 3, 100]) {
      const { body } = await sealed.read(item.path)
      expect(open).toBe(1)
      const iterator = body[Symbol.asyncIterator]()
      for (let index = 0; index < chunks; index += 1) await iterator.next()
      await iterator.return?.()
      expect(open).toBe(0)
    }
  })
})
