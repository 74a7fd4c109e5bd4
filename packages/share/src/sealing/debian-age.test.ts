import { createHash } from 'node:crypto'

import { chunkSize, generateIdentity, identityOf, openBytes, recipientOf } from '@gantry/age'
import { nodeCipher } from '@gantry/age/node'
import { bytesOf, Store } from '@gantry/core'
import { ensureDebianPackages } from '@gantry-tooling/servers'
import { memory } from '@gantry/memory'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { encryptionFormat, openedStore } from './opened-store.ts'
import { lockShareKey } from '../secret/key-lock.ts'
import { sealMetadata } from '../secret/metadata.ts'
import { DebianAge } from '../testing/debian-age.ts'
import { patternBytes } from '../testing/pattern.ts'
import { read, SealedShare } from '../testing/sealed-share.ts'

const missing = await ensureDebianPackages(['age', 'bsdutils'])
const note = missing === undefined ? '' : ` [${missing}]`
const sizes = [0, 1, chunkSize - 1, chunkSize, chunkSize + 1, 5 * chunkSize + 123]

describe.skipIf(missing !== undefined)(`Debian’s age${note}`, { timeout: 120_000 }, () => {
  let age: DebianAge
  beforeAll(async () => {
    age = await DebianAge.create()
  })
  afterAll(async () => await age.close())

  test.for(sizes)('decrypts our object of %i bytes by its source’s identity', async (size) => {
    const share = await SealedShare.of({ other: patternBytes(9), object: patternBytes(size) })
    const opened = await age.decrypt(await share.ciphertext('object'), share.key.identity)
    expect(Buffer.compare(opened, patternBytes(size))).toBe(0)
  })

  test('decrypts our metadata, as the link and as the escrow', async () => {
    const own = await generateIdentity()
    const escrow = await age.identity()
    const json = patternBytes(200_000)
    const sealed = await sealMetadata(json, own, { cipher: nodeCipher, recipients: [escrow.recipient] })
    for (const identity of [own, escrow.identity]) {
      expect(Buffer.compare(await age.decrypt(sealed, identity), json)).toBe(0)
    }
  })

  test('opens our key lock, by link and passphrase', async () => {
    const identity = await generateIdentity()
    const { key, keyLock } = await lockShareKey(identity, 'a passphrase', nodeCipher)
    const inner = await age.decrypt(keyLock, identityOf(key))
    expect(Buffer.from(await age.decryptByPassphrase(inner, 'a passphrase')).toString()).toBe(`${identity}\n`)
  })

  test.for(sizes)('makes a file of %i bytes that is read here, ranges included', async (size) => {
    const { identity, recipient } = await age.identity()
    const plaintext = patternBytes(size)
    const file = await age.encrypt(plaintext, [recipient])
    expect(Buffer.compare(await openBytes(file, { identity }, nodeCipher), plaintext)).toBe(0)
    await readsAsObject(file, identity, plaintext)
  })

  test('makes a file for several recipients, each of whom reads it here', async () => {
    const plaintext = patternBytes(200_000)
    const keys = await Promise.all(Array.from({ length: 12 }, () => age.identity()))
    const file = await age.encryptToList(
      plaintext,
      keys.map(({ recipient }) => recipient),
    )
    for (const { identity } of keys) await readsAsObject(file, identity, plaintext)
    const stranger = openBytes(file, { identity: await generateIdentity() }, nodeCipher)
    await expect(stranger).rejects.toMatchObject({ code: 'permission_denied' })
  })

  test('makes a file under a passphrase that is read here', async () => {
    const file = await age.encryptByPassphrase(patternBytes(70_000), 'a passphrase')
    expect(await openBytes(file, { passphrase: 'a passphrase' }, nodeCipher)).toEqual(patternBytes(70_000))
    const wrong = openBytes(file, { passphrase: 'another' }, nodeCipher)
    await expect(wrong).rejects.toMatchObject({ code: 'permission_denied' })
  })

  test('makes an armored file that is refused by name', async () => {
    const { identity, recipient } = await age.identity()
    const file = await age.encrypt(patternBytes(10), [recipient], ['-a'])
    await expect(openBytes(file, { identity }, nodeCipher)).rejects.toMatchObject({ code: 'unsupported' })
  })

  test('agrees on what the recipient of an identity is', async () => {
    const { identity, recipient } = await age.identity()
    expect(await recipientOf(identity)).toBe(recipient)
  })
})

async function readsAsObject(file: Uint8Array, identity: string, plaintext: Uint8Array): Promise<void> {
  const objects = new Store(memory())
  await objects.write({ path: 'object', size: file.length }, bytesOf(file))
  const sha256 = createHash('sha256').update(plaintext).digest('hex')
  const entries = [{ path: 'object', size: plaintext.length, digests: { sha256 } }]
  const open = () =>
    new Store(openedStore(objects, [{ entries, encryption: { format: encryptionFormat, identity } }], nodeCipher))
  expect(Buffer.compare(await read(open(), 'object'), plaintext)).toBe(0)
  for (const part of [0, 0.2, 0.5, 0.99]) {
    const start = Math.floor(plaintext.length * part)
    const end = Math.min(plaintext.length, start + 66_000)
    expect(Buffer.compare(await read(open(), 'object', start, end), plaintext.subarray(start, end))).toBe(0)
  }
}
