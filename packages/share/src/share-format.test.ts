import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

import { nobleCipher, openBytes, payloadKey, restoreSourceKey } from '@gantry/age'
import { nodeCipher } from '@gantry/age/node'
import { bytesOf, Store } from '@gantry/core'
import { memory } from '@gantry/memory'
import { describe, expect, test } from 'vitest'

import { sealedStore } from './sealing/sealed-store.ts'
import { shareKeyOf } from './secret/key-lock.ts'
import { openMetadata } from './secret/metadata.ts'
import { parseSecretLink } from './secret/secret-link.ts'
import { read } from './testing/sealed-share.ts'

interface Vectors {
  readonly source: { identity: string; header: string; fileKey: string; nonce: string; payloadKey: string }
  readonly objects: readonly {
    readonly plaintextSize: number
    readonly plaintextSha256: string
    readonly objectSize: number
    readonly objectSha256: string
    readonly payload?: string
  }[]
  readonly share: { identity: string; escrowIdentity: string; metadata: string; sealedMetadata: string }
  readonly links: { plain: { link: string }; locked: { link: string; passphrase: string; keyLock: string } }
}

const page = readFileSync(new URL('../../../docs/share-format.md', import.meta.url), 'utf8')
const vectors: Vectors = JSON.parse(/^```json\n(.*?)^```$/msu.exec(page)?.[1] ?? '{}')
const { source, share, links } = vectors
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const base64 = (text: string) => new Uint8Array(Buffer.from(text, 'base64'))

describe('the page on the format tells the truth of', () => {
  test('the keys of a source', async () => {
    const key = await restoreSourceKey(source.identity, Buffer.from(source.header))
    expect(hex(key.fileKey)).toBe(source.fileKey)
    expect(hex(payloadKey(key.fileKey, base64(source.nonce)))).toBe(source.payloadKey)
  })

  test.for(vectors.objects)('the object of $plaintextSize bytes', async (vector) => {
    const plaintext = Uint8Array.from({ length: vector.plaintextSize }, (_, index) => index % 251)
    expect(sha256(plaintext)).toBe(vector.plaintextSha256)
    const plain = new Store(memory())
    await plain.write({ path: 'file', size: plaintext.length }, bytesOf(plaintext))
    const key = await restoreSourceKey(source.identity, Buffer.from(source.header))
    const items = [{ path: 'object', from: 'file', size: plaintext.length, nonce: source.nonce }]
    for (const cipher of [nodeCipher, nobleCipher]) {
      const object = await read(new Store(sealedStore(plain, [{ key, items }], cipher)), 'object')
      expect(object.length).toBe(vector.objectSize)
      expect(sha256(object)).toBe(vector.objectSha256)
      const payload = hex(object.subarray(key.header.length + 16))
      expect(vector.payload ?? payload).toBe(payload)
      expect(sha256(await openBytes(object, key, cipher))).toBe(vector.plaintextSha256)
    }
  })

  test('the metadata, for the share and for its escrow', async () => {
    for (const identity of [share.identity, share.escrowIdentity]) {
      const opened = await openMetadata(base64(share.sealedMetadata), identity, nodeCipher)
      expect(Buffer.from(opened).toString()).toBe(share.metadata)
    }
  })

  test('links, with and without a passphrase', async () => {
    const cipher = nodeCipher
    expect(await shareKeyOf(parseSecretLink(links.plain.link), { cipher })).toBe(share.identity)
    const { link, passphrase, keyLock } = links.locked
    expect(await shareKeyOf(parseSecretLink(link), { cipher, passphrase, keyLock: base64(keyLock) })).toBe(
      share.identity,
    )
  })
})

test('the root needs no Node', () => {
  const seen = new Set<string>()
  const needed: string[] = []
  const visit = (url: URL) => {
    if (seen.has(url.href)) return
    seen.add(url.href)
    const text = readFileSync(url, 'utf8')
    for (const [, name = ''] of text.matchAll(/from '([^']+)'/gu)) {
      if (name.startsWith('node:')) needed.push(`${url.pathname} needs ${name}`)
      if (name.startsWith('.')) visit(new URL(name, url))
    }
  }
  visit(new URL('index.ts', import.meta.url))
  expect(needed).toEqual([])
  expect(seen.size).toBeGreaterThan(20)
})
