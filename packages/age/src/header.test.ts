import { Encrypter } from 'age-encryption'
import { describe, expect, test } from 'vitest'

import { openBytes } from './file.ts'
import { longestHeader, parseHeader } from './header.ts'
import { generateIdentity, identityBytes, identityOf, recipientOf } from './identity.ts'
import { nobleCipher } from './noble-cipher.ts'
import { openHeader } from './open-header.ts'
import { sealByPassphrase } from './passphrase-file.ts'
import { sealHeader } from './seal-header.ts'
import { createSourceKey, restoreSourceKey } from './source-key.ts'

const bytes = (text: string) => Buffer.from(text, 'latin1')
const mac = `--- ${'A'.repeat(43)}`
const share = 'A'.repeat(43)
const minimal = `age-encryption.org/v1\n-> X25519 ${share}\n${share}\n${mac}\n`

describe('a header', () => {
  test('of several stanzas, also of unknown types, is read up to its end', () => {
    const text = `age-encryption.org/v1\n-> X25519 ${share}\n${share}\n-> a b-grease !\n\n-> c\n${'Q'.repeat(64)}\nQQ\n${mac}\n`
    expect(parseHeader(bytes(`${text}payload\nand more`))).toEqual({
      stanzas: [{ args: ['X25519', share] }, { args: ['a', 'b-grease', '!'] }, { args: ['c'] }],
      length: text.length,
    })
  })

  test.for([
    ['another version', minimal.replace('/v1', '/v2')],
    ['nothing of age', 'PK\u0003\u0004 and so on\n'],
    ['carriage returns', minimal.replaceAll('\n', '\r\n')],
    ['no stanza', `age-encryption.org/v1\n${mac}\n`],
    ['a stanza without a type', minimal.replace(`-> X25519 ${share}`, '-> ')],
    ['two blanks', minimal.replace('X25519 ', 'X25519  ')],
    ['a control character', minimal.replace('X25519', 'X\u00015519')],
    ['a letter beyond ASCII', minimal.replace('X25519', 'X\u00e95519')],
    ['padding', minimal.replace(`\n${share}\n`, `\n${share}=\n`)],
    ['spare bits in a body', minimal.replace(`\n${share}\n`, `\n${share.slice(1)}B\n`)],
    ['a line that is too long', minimal.replace(`\n${share}\n`, `\n${'A'.repeat(65)}\n`)],
    ['a full line without a last one', minimal.replace(`\n${share}\n`, `\n${'A'.repeat(64)}\n`)],
    ['a MAC that is too short', minimal.replace(mac, mac.slice(0, -1))],
    ['spare bits in the MAC', minimal.replace(mac, `${mac.slice(0, -1)}B`)],
    ['a MAC with more behind it', minimal.replace(mac, `${mac} `)],
    ['more than there is room for', `age-encryption.org/v1\n-> ${'x'.repeat(longestHeader)}\n`],
    ['endless stanzas', `age-encryption.org/v1\n${'-> x\n\n'.repeat(longestHeader / 4)}${mac}\n`],
  ] as const)('with %s is invalid', ([, text]) => {
    expect(() => parseHeader(bytes(text))).toThrow(expect.objectContaining({ code: 'invalid' }))
  })

  test('that is cut off anywhere is integrity', () => {
    for (let length = 0; length < minimal.length; length += 1) {
      expect(() => parseHeader(bytes(minimal.slice(0, length)))).toThrow(expect.objectContaining({ code: 'integrity' }))
    }
  })

  test('in armor is refused by name', () => {
    const armored = bytes('-----BEGIN AGE ENCRYPTED FILE-----\nYWdlLWVuY3J5cHRpb24=\n')
    expect(() => parseHeader(armored)).toThrow(/ASCII armor/u)
    expect(() => parseHeader(armored)).toThrow(expect.objectContaining({ code: 'unsupported' }))
  })
})

describe('a file key', () => {
  test('is opened by each of its recipients, and by nobody else', async () => {
    const identities = await Promise.all([generateIdentity(), generateIdentity(), generateIdentity()])
    const { header, fileKey } = await sealHeader(await Promise.all(identities.map((one) => recipientOf(one))))
    expect(fileKey.length).toBe(16)
    for (const identity of identities) expect(await openHeader(header, { identity })).toEqual(fileKey)
    const opening = openHeader(header, { identity: await generateIdentity() })
    await expect(opening).rejects.toMatchObject({ code: 'permission_denied' })
  })

  test('is fresh for every source, and is restored from identity and header', async () => {
    const [a, b] = [await createSourceKey(), await createSourceKey()]
    expect(a.fileKey).not.toEqual(b.fileKey)
    expect(a.identity).not.toBe(b.identity)
    expect(parseHeader(a.header)).toMatchObject({
      length: a.header.length,
      stanzas: [{ args: ['X25519', expect.anything()] }],
    })
    expect(await restoreSourceKey(a.identity, a.header)).toEqual(a)
  })

  test('under a passphrase is opened by it, however its letters are composed', async () => {
    const composed = 'M\u00FCnchen'
    const decomposed = composed.normalize('NFD')
    expect(decomposed).not.toBe(composed)
    const file = await sealByPassphrase(bytes('kept'), decomposed)
    for (const passphrase of [decomposed, composed]) {
      expect(Buffer.from(await openBytes(file, { passphrase }, nobleCipher))).toEqual(bytes('kept'))
    }
    await expect(openBytes(file, { passphrase: 'Munchen' }, nobleCipher)).rejects.toMatchObject({
      code: 'permission_denied',
    })
  })

  test('under a passphrase that asks for too much work is refused before any is done', async () => {
    const encrypter = new Encrypter()
    encrypter.setPassphrase('x')
    encrypter.setScryptWorkFactor(10)
    const file = Buffer.from(await encrypter.encrypt('')).toString('latin1')
    const costly = bytes(file.replace(/ 10\n/u, ' 25\n'))
    await expect(openHeader(costly, { passphrase: 'x' })).rejects.toMatchObject({ code: 'unsupported' })
  })
})

describe('an identity', () => {
  test('is 32 bytes, and their spelling', async () => {
    const identity = await generateIdentity()
    expect(identityOf(identityBytes(identity))).toBe(identity)
    expect(await recipientOf(identity)).toMatch(/^age1[a-z0-9]{58}$/u)
  })

  test('that is malformed is not repeated by the error', async () => {
    const identity = await generateIdentity()
    for (const wrong of [
      '',
      identity.toLowerCase(),
      identity.slice(0, -1),
      `${identity} `,
      identity.replace(/.$/u, 'B'),
    ]) {
      const error = await recipientOf(wrong).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'invalid' })
      expect(Object.hasOwn(error as Error, 'cause')).toBe(false)
      expect(String(error)).not.toContain(identity.slice(20, 40))
    }
  })

  test('of a recipient that is none of X25519 is refused', async () => {
    for (const wrong of [
      'age1',
      'age1pq1qqqq',
      'ssh-ed25519 AAAA',
      (await recipientOf(await generateIdentity())).toUpperCase(),
    ]) {
      await expect(sealHeader([wrong])).rejects.toMatchObject({ code: 'invalid' })
    }
  })
})
