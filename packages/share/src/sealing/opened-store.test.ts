import { chunkSize, createSourceKey } from '@gantry/age'
import { nodeCipher } from '@gantry/age/node'
import { Store } from '@gantry/core'
import { tap, withCalls } from '@gantry/core/driver'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { patternBytes } from '../testing/pattern.ts'
import { read, SealedShare } from '../testing/sealed-share.ts'
import { patternOf, SyntheticDriver } from '../testing/synthetic-driver.ts'
import { openObject } from './open-object.ts'
import { encryptionFormat, openedStore } from './opened-store.ts'
import { createSealedItem } from './sealed-item.ts'
import { sealedStore } from './sealed-store.ts'

const sha256 = 'a'.repeat(64)

describe('an opened store', () => {
  test('tells names, lengths and digests of the plaintext, and no versions but those', async () => {
    const share = await SealedShare.of({ 'series/b': patternBytes(10), a: new Uint8Array() })
    const listed = []
    for await (const entry of share.open().list()) listed.push(entry)
    const told = (name: string, size: number) => {
      const { digests } = share.object(name)
      return { path: name, size, digests, version: digests.sha256 }
    }
    expect(listed).toEqual([told('a', 0), told('series/b', 10)])
    expect(await share.open().stat('series/b')).toEqual(told('series/b', 10))
    expect(await read(share.open(), 'a')).toEqual(new Uint8Array())
  })

  test('reads any range', async () => {
    const size = 5 * chunkSize + 77
    const plaintext = patternBytes(size)
    const share = await SealedShare.of({ big: plaintext })
    const opened = share.open()
    const edge = fc.oneof(
      fc.integer({ min: 0, max: size }),
      fc
        .tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: -1, max: 1 }))
        .map(([index, off]) => Math.max(0, index * chunkSize + off)),
    )
    await fc.assert(
      fc.asyncProperty(edge, edge, fc.boolean(), async (a, b, fresh) => {
        const [start, end] = a < b ? [a, b] : [b, a]
        const got = await read(fresh ? share.open() : opened, 'big', start, end)
        expect(Buffer.compare(got, plaintext.subarray(start, end))).toBe(0)
      }),
      { numRuns: 150 },
    )
  })

  test('reads at most 1.5 MiB of ciphertext for 1 MiB out of 1 GiB', async () => {
    const size = 1024 ** 3
    const plain = new Store(new SyntheticDriver('volume', size))
    const key = await createSourceKey()
    const item = createSealedItem(await plain.stat('volume'))
    const sealed = sealedStore(plain, [{ key, items: [item] }], nodeCipher)
    let bytes = 0
    const counting = withCalls(sealed, {
      async read(...given) {
        const { entry, body } = await sealed.read(...given)
        return { entry, body: tap(body, (chunk) => void (bytes += chunk.length)) }
      },
    })
    const object = { path: item.path, size, nonce: item.nonce, digests: { sha256 } }
    const source = { entries: [object], encryption: { format: encryptionFormat, identity: key.identity } }
    for (const start of [0, 1, 500_000_001, size - 1024 ** 2]) {
      const opened = new Store(openedStore(new Store(counting), [source], nodeCipher))
      bytes = 0
      const got = await read(opened, item.path, start, start + 1024 ** 2)
      expect(Buffer.compare(got, patternOf(start, start + 1024 ** 2))).toBe(0)
      expect(bytes).toBeLessThanOrEqual(1.5 * 1024 ** 2)
      bytes = 0
      await read(opened, item.path, start, start + 1024 ** 2)
      expect(bytes).toBeLessThanOrEqual(18 * 65_552)
    }
  })

  test.for(['../x', '/x', 'a/../../x', 'a//b', '', 'nul\0', '.'])('refuses the name %o', async (name) => {
    const entries = [{ path: 'object', name, size: 1, digests: { sha256 } }]
    const { identity } = await createSourceKey()
    expect(() => openedWith(identity, entries)).toThrow(/^The path /u)
    expect(() => openedWith(identity, entries)).toThrow(expect.objectContaining({ code: 'invalid' }))
  })

  test.for(['', 'AAAA', 'AAAAAAAAAAAAAAAAAAAAAB==', 'AAAAAAAAAAAAAAAAAAAAAAA=', '!'])(
    'refuses the nonce %o',
    async (nonce) => {
      const { identity } = await createSourceKey()
      const entries = [{ path: 'object', name: 'a', size: 1, digests: { sha256 }, nonce }]
      expect(() => openedWith(identity, entries)).toThrow(/^The nonce /u)
    },
  )

  test('refuses two entries of one name', async () => {
    const { identity } = await createSourceKey()
    const entries = [{ path: 'object', name: 'a', size: 1, digests: { sha256 } }]
    expect(() => openedWith(identity, entries)).not.toThrow()
    expect(() => openedWith(identity, entries, entries)).toThrow(/same name/u)
  })

  test('puts a source into a folder', async () => {
    const share = await SealedShare.of({ a: patternBytes(5) })
    const sources = ['one', 'two'].map((folder) => ({ ...share.source, folder }))
    const store = new Store(openedStore(share.objects, sources, nodeCipher))
    expect(await read(store, 'two/a')).toEqual(patternBytes(5))
    const names = []
    for await (const { path } of store.list()) names.push(path)
    expect(names).toEqual(['one/a', 'two/a'])
  })

  test('refuses another format', () => {
    const source = { entries: [], encryption: { format: 'rot13', identity: 'AGE-SECRET-KEY-1' } }
    const opening = () => openedStore(new Store(new SyntheticDriver('x', 1)), [source], nodeCipher)
    expect(opening).toThrow(expect.objectContaining({ code: 'unsupported' }))
  })

  test('goes on with an object that was written again with the same bytes', async () => {
    const share = await SealedShare.of({ big: patternBytes(200_000) })
    const store = share.open()
    await read(store, 'big', 0, 10)
    await share.replace('big', await share.ciphertext('big'))
    expect(await read(store, 'big', 5, 10)).toEqual(patternBytes(200_000).slice(5, 10))
  })

  test('names its own entry, not the object, in what it throws', async () => {
    const share = await SealedShare.of({ big: patternBytes(200_000) })
    await share.objects.remove(share.object('big').path)
    for (const reading of [read(share.open(), 'big'), read(share.open(), 'big', 1, 2), share.open().stat('big')]) {
      await expect(reading).rejects.toMatchObject({ code: 'not_found', path: 'big' })
    }
  })

  test('refuses another version than the one of its digest', async () => {
    const share = await SealedShare.of({ a: patternBytes(5) })
    const reading = share.open().read({ path: 'a', version: 'other' })
    await expect(reading).rejects.toMatchObject({ code: 'precondition_failed' })
  })
})

describe('one object as a whole', () => {
  test('is checked against all that is known of it', async () => {
    const share = await SealedShare.of({ a: patternBytes(100_000) })
    const { path, size, digests, nonce } = share.object('a')
    const open = async (known: object, more: object = {}) =>
      await openObject(
        share.objects,
        { path, ...known },
        { identity: share.key.identity },
        { cipher: nodeCipher, ...more },
      )
    expect(await open({})).toEqual(patternBytes(100_000))
    expect(await open({ size, digests, nonce })).toEqual(patternBytes(100_000))
    for (const wrong of [{ size: size - 1 }, { digests: { sha256 } }, { nonce: 'AAAAAAAAAAAAAAAAAAAAAA==' }]) {
      await expect(open(wrong)).rejects.toMatchObject({ code: 'integrity' })
    }
    await expect(open({}, { limit: 1000 })).rejects.toMatchObject({ code: 'invalid' })
  })

  test('does not open by another key', async () => {
    const [share, stranger] = [await SealedShare.of({ a: patternBytes(100) }), await createSourceKey()]
    const opening = openObject(share.objects, share.object('a'), stranger, { cipher: nodeCipher })
    await expect(opening).rejects.toMatchObject({ code: 'permission_denied' })
  })
})

function openedWith(
  identity: string,
  ...sources: readonly (readonly {
    path: string
    name: string
    size: number
    digests: { sha256: string }
    nonce?: string
  }[])[]
) {
  const all = sources.map((entries) => ({ entries, encryption: { format: encryptionFormat, identity } }))
  return openedStore(new Store(new SyntheticDriver('x', 1)), all, nodeCipher)
}
