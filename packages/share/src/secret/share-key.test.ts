import {
  generateIdentity,
  identityBytes,
  identityOf,
  nobleCipher,
  openBytes,
  recipientOf,
  sealBytes,
  sealByPassphrase,
} from '@gantry/age'
import { nodeCipher } from '@gantry/age/node'
import { Decrypter } from 'age-encryption'
import { describe, expect, test } from 'vitest'

import { patternBytes } from '../testing/pattern.ts'
import { lockShareKey, shareKeyOf } from './key-lock.ts'
import { openMetadata, sealMetadata } from './metadata.ts'

const cipher = nodeCipher

describe('a share without a passphrase', () => {
  test('is opened by the key of its link', async () => {
    const identity = await generateIdentity()
    expect(await shareKeyOf({ key: identityBytes(identity) }, { cipher })).toBe(identity)
  })
})

describe('a share with a passphrase', { timeout: 120_000 }, async () => {
  const identity = await generateIdentity()
  const { key, keyLock } = await lockShareKey(identity, 'Prüfung à la carte', cipher)

  test('is opened by link and passphrase together, however the passphrase was typed', async () => {
    for (const passphrase of ['Prüfung à la carte', 'Prüfung à la carte'.normalize('NFD')]) {
      expect(await shareKeyOf({ key }, { cipher, keyLock, passphrase })).toBe(identity)
    }
  })

  test('keeps a lock that fits into the hub’s record, and holds no key in the clear', () => {
    expect(Buffer.from(keyLock).toString('base64').length).toBeLessThan(4096)
    expect(Buffer.from(keyLock).toString('latin1')).not.toMatch(/SECRET|scrypt/u)
    expect(identityOf(key)).not.toBe(identity)
  })

  test('asks for the passphrase where one is needed, again after a wrong one, and not for ever', async () => {
    const asked: number[] = []
    const answering = (answers: readonly (string | undefined)[]) => async (attempt: number) => {
      asked.push(attempt)
      return answers[attempt - 1]
    }
    const passphrase = answering(['nix', 'Prüfung à la carte'])
    expect(await shareKeyOf({ key }, { cipher, keyLock, passphrase })).toBe(identity)
    const wrong = shareKeyOf({ key }, { cipher, keyLock, passphrase: answering(['a', 'b', 'c', 'd']) })
    await expect(wrong).rejects.toMatchObject({ code: 'permission_denied' })
    const gone = shareKeyOf({ key }, { cipher, keyLock, passphrase: answering([undefined]) })
    await expect(gone).rejects.toMatchObject({ code: 'unauthenticated' })
    const noOther = shareKeyOf(
      { key },
      { cipher, keyLock, passphrase: async (attempt) => (attempt > 1 ? undefined : 'a') },
    )
    await expect(noOther).rejects.toMatchObject({ code: 'permission_denied' })
    expect(asked).toEqual([1, 2, 1, 2, 3, 1])
    await shareKeyOf({ key: identityBytes(identity) }, { cipher, passphrase: answering([]) })
    expect(asked).toHaveLength(6)
  })

  test('is not opened by the link alone, the passphrase alone, or a wrong one', async () => {
    await expect(shareKeyOf({ key }, { cipher, keyLock })).rejects.toMatchObject({ code: 'unauthenticated' })
    const wrong = shareKeyOf({ key }, { cipher, keyLock, passphrase: 'Prufung a la carte' })
    await expect(wrong).rejects.toMatchObject({ code: 'permission_denied' })
    const other = { key: identityBytes(await generateIdentity()) }
    const stranger = shareKeyOf(other, { cipher, keyLock, passphrase: 'Prüfung à la carte' })
    await expect(stranger).rejects.toMatchObject({ code: 'integrity' })
    await expect(lockShareKey(identity, '', cipher)).rejects.toMatchObject({ code: 'invalid' })
  })

  test('notices a lock that was changed, or that holds no key', async () => {
    const changed = keyLock.slice()
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
    const reading = shareKeyOf({ key }, { cipher, keyLock: changed, passphrase: 'x' })
    await expect(reading).rejects.toMatchObject({ code: 'integrity' })
    const empty = await sealBytes(
      await sealByPassphrase(new TextEncoder().encode('no key'), 'x'),
      [await recipientOf(identityOf(key))],
      cipher,
    )
    await expect(shareKeyOf({ key }, { cipher, keyLock: empty, passphrase: 'x' })).rejects.toMatchObject({
      code: 'integrity',
    })
  })
})

describe('metadata', () => {
  test('is opened by the share’s identity, by every further recipient, and by nobody else', async () => {
    const [own, escrow, stranger] = [await generateIdentity(), await generateIdentity(), await generateIdentity()]
    const json = patternBytes(300_000)
    const sealed = await sealMetadata(json, own, { cipher, recipients: [await recipientOf(escrow)] })
    for (const identity of [own, escrow]) expect(await openMetadata(sealed, identity, nobleCipher)).toEqual(json)
    await expect(openMetadata(sealed, stranger, cipher)).rejects.toMatchObject({ code: 'permission_denied' })
    const decrypter = new Decrypter()
    decrypter.addIdentity(escrow)
    expect(Buffer.compare(await decrypter.decrypt(sealed), json)).toBe(0)
  })

  test('is refused for every bit that is flipped, and every cut', { timeout: 120_000 }, async () => {
    const identity = await generateIdentity()
    const sealed = await sealMetadata(new TextEncoder().encode('{"volumes":[]}'), identity, { cipher })
    const codes = new Set<unknown>()
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = sealed.slice()
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      codes.add(await codeOf(openBytes(changed, { identity }, cipher)))
    }
    // A recipient's stanza that was changed is one for somebody else, as far as anyone can tell.
    expect(codes).toEqual(new Set(['integrity', 'invalid', 'permission_denied']))
    for (let length = 0; length < sealed.length; length += 1) {
      expect(await codeOf(openBytes(sealed.slice(0, length), { identity }, cipher))).toBe('integrity')
    }
    expect(await codeOf(openBytes(Buffer.concat([sealed, new Uint8Array(1)]), { identity }, cipher))).toBe('integrity')
  })

  test('of more than 64 MiB, or for what is no recipient, is refused', async () => {
    const identity = await generateIdentity()
    const large = new Uint8Array(64 * 1024 * 1024 + 1)
    await expect(sealMetadata(large, identity, { cipher })).rejects.toMatchObject({ code: 'invalid' })
    const sealing = sealMetadata(new Uint8Array(1), identity, { cipher, recipients: ['age1nobody'] })
    await expect(sealing).rejects.toMatchObject({ code: 'invalid' })
  })
})

async function codeOf(opening: Promise<unknown>): Promise<unknown> {
  return await opening.then(
    () => 'opened',
    (error: { code: unknown }) => error.code,
  )
}
