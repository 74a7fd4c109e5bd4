import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { type GantryError, isGantryError } from '@gantry/core'

import { randomName } from '../sealing/sealed-item.ts'
import { parseSecretLink, printSecretLink } from './secret-link.ts'

const id = 'AAECAwQFBgcICQoLDA0ODw'
const key = Uint8Array.from({ length: 32 }, (_, index) => index)
const spelled = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8'
const link = `https://hub.example/s/${id}#1.${spelled}`

describe('a secret link', () => {
  test.for([
    ['https://hub.example', link],
    ['https://hub.example:8443', `https://hub.example:8443/s/${id}#1.${spelled}`],
    ['https://hub.example/images/s', `https://hub.example/images/s/s/${id}#1.${spelled}`],
    ['https://xn--bcher-kva.example/~a/b-c_d.e', `https://xn--bcher-kva.example/~a/b-c_d.e/s/${id}#1.${spelled}`],
    ['https://[2001:db8::1]:444', `https://[2001:db8::1]:444/s/${id}#1.${spelled}`],
    ['http://localhost:8080', `http://localhost:8080/s/${id}#1.${spelled}`],
    ['http://127.0.0.1', `http://127.0.0.1/s/${id}#1.${spelled}`],
    ['http://[::1]:8080', `http://[::1]:8080/s/${id}#1.${spelled}`],
    [undefined, `gantry:s/${id}#1.${spelled}`],
  ] as const)('of the hub %s', ([hub, text]) => {
    expect(printSecretLink({ hub, id, key })).toBe(text)
    expect(parseSecretLink(text)).toEqual({ hub, id, key })
  })

  test('comes back, whatever its id and key', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const parts = { hub: 'https://hub.example', id: randomName(), key: bytes }
        expect(parseSecretLink(printSecretLink(parts))).toEqual(parts)
      }),
    )
  })

  test.for([
    '',
    ` ${link}`,
    `${link}\n`,
    `${link} `,
    link.slice(0, -1),
    `${link}A`,
    `${link.slice(0, -1)}9`,
    link.replace(id, `${id.slice(0, -1)}x`),
    link.replace(id, `${id}A`),
    link.replace(id, id.slice(1)),
    link.replace('#1.', '#2.'),
    link.replace('#1.', '#'),
    link.replace('#1.', '?1.'),
    link.replace('#1.', '?a=b#1.'),
    link.replace('/s/', '/t/'),
    link.replace('/s/', '//s/'),
    link.replace('/s/', '/a/../s/'),
    link.replace('/s/', '/./s/'),
    link.replace('/s/', '/a%2fb/s/'),
    link.replace('https', 'HTTPS'),
    link.replace('https', 'http'),
    link.replace('https', 'ftp'),
    link.replace('https://', 'https:/'),
    link.replace('https://', 'javascript:'),
    link.replace('hub.example', 'HUB.example'),
    link.replace('hub.example', 'user:pass@hub.example'),
    link.replace('hub.example', 'hub.example:443'),
    link.replace('hub.example', 'bücher.example'),
    link.replace('https://hub.example', 'http://localhost.example'),
    link.replace('https://hub.example', 'http://127.0.0.1.example'),
    link.replace('https://hub.example', 'http://127.1'),
    link.replace('https://hub.example', 'http://0x7f.0.0.1'),
    link.replace('https://hub.example', `https://hub.example/${'a'.repeat(2048)}`),
    link.replace('https://hub.example/', 'gantry:/'),
    link.replace('https://hub.example/', 'gantry:x/'),
    link.replaceAll('A', '+'),
  ])('is not %o, and the error does not repeat it', (text) => {
    const error = thrownBy(() => parseSecretLink(text))
    expect(error.code).toBe('invalid')
    expect(`${error.message} ${JSON.stringify(error)}`).not.toMatch(/AAECAw|hub\.example|pass/u)
  })

  test('of what nobody could send', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(thrownBy(() => parseSecretLink(text)).code).toBe('invalid')
      }),
    )
  })

  test('is not printed from parts that would not be read again', () => {
    const hub = 'https://hub.example'
    for (const wrong of [
      { hub, id: 'short', key },
      { hub, id, key: key.subarray(1) },
      { hub: `${hub}/`, id, key },
      { hub: 'http://hub.example', id, key },
      { hub: `${hub}?a`, id, key },
      { hub: `${hub}/${'a'.repeat(2000)}`, id, key },
    ]) {
      expect(thrownBy(() => printSecretLink(wrong)).code).toBe('invalid')
    }
  })
})

function thrownBy(work: () => unknown): GantryError {
  try {
    work()
  } catch (error) {
    if (isGantryError(error)) return error
    throw error
  }
  throw new Error('It was taken.')
}
