import { describe, expect, test } from 'vitest'

import { textDecoding } from './text-decoding.ts'

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

function decodeName(charset: string, raw: string): string {
  return textDecoding(charset)(bytesOf(raw), '\\^=')
}

describe('the examples of PS3.5, annexes H to K', () => {
  test.each([
    [
      'H.3.1 Japanese, kanji and kana by escapes',
      '\\ISO 2022 IR 87',
      'Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B',
      'Yamada^Tarou=山田^太郎=やまだ^たろう',
    ],
    [
      'H.3.2 Japanese, with half-width katakana',
      'ISO 2022 IR 13\\ISO 2022 IR 87',
      '\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J=\x1b$B$d$^$@\x1b(J^\x1b$B$?$m$&\x1b(J',
      'ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう',
    ],
    [
      'I.2 Korean',
      '\\ISO 2022 IR 149',
      'Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf',
      'Hong^Gildong=洪^吉洞=홍^길동',
    ],
    ['J.3 Chinese in GB18030', 'GB18030', 'Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab=', 'Wang^XiaoDong=王^小东='],
    [
      'K.2 Chinese by escapes',
      '\\ISO 2022 IR 58',
      'Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab=',
      'Zhang^XiaoDong=张^小东=',
    ],
    [
      'J.1 Chinese in Unicode',
      'ISO_IR 192',
      'Wang^XiaoDong=\xe7\x8e\x8b^\xe5\xb0\x8f\xe4\xb8\x9c',
      'Wang^XiaoDong=王^小东',
    ],
  ])('%s', (_name, charset, raw, text) => {
    expect(decodeName(charset, raw)).toBe(text)
  })
})

describe('sets of one byte', () => {
  test.each([
    ['100', '\xc4\xe9', '-A', 'Äé'],
    ['101', '\xb1\xc8', '-B', 'ąČ'],
    ['109', '\xa1\xe5', '-C', 'Ħċ'],
    ['110', '\xa2\xe7', '-D', 'ĸį'],
    ['144', '\xbb\xee', '-L', 'Лю'],
    ['127', '\xe2\xc8', '-G', 'قب'],
    ['126', '\xc4\xe9', '-F', 'Δι'],
    ['138', '\xf9\xe5', '-H', 'שו'],
    ['148', '\xfd\xf0', '-M', 'ığ'],
    ['203', '\xa4\xbd', '-b', '€œ'],
    ['166', '\xa1\xe3', '-T', 'กใ'],
    ['13', '\xd4\xcf', ')I', 'ﾔﾏ'],
  ])('ISO_IR %s, declared and switched to', (number, raw, escape, text) => {
    expect(decodeName(`ISO_IR ${number}`, `A${raw}^B`)).toBe(`A${text}^B`)
    expect(decodeName(`ISO 2022 IR ${number}`, raw)).toBe(text)
    expect(decodeName(`\\ISO 2022 IR ${number}`, `\x1b${escape}${raw}^${escape === '-A' ? '' : 'B'}`)).toMatch(text)
  })

  test('a delimiter ends what was switched to', () => {
    expect(decodeName('ISO 2022 IR 100\\ISO 2022 IR 144', '\xe9\x1b-L\xee^\xe9\\\x1b-L\xee=\xe9\r\n\xe9')).toBe(
      'éю^é\\ю=é\r\né',
    )
  })

  test('JIS X 0201 has a yen sign and an overline, but a backslash where values are told apart', () => {
    const decode = textDecoding('ISO_IR 13')
    expect(decode(bytesOf('a\\b~'), '')).toBe('a¥b‾')
    expect(decode(bytesOf('a\\b~'), '\\')).toBe('a\\b‾')
  })
})

describe('sets of two bytes', () => {
  test('codes that look like delimiters are none', () => {
    // Within the set, 0x3d (=), 0x5c (\\) and 0x5e (^) are halves of characters.
    const expected = `${decodeEuc(0xb9, 0xbd, 0xbd, 0xbd, 0xb0, 0xdc, 0xb0, 0xde)}^x`
    expect(decodeName('\\ISO 2022 IR 87', '\x1b$B\x39\x3d\x3d\x3d\x30\x5c\x30\x5e\x1b(B^x')).toBe(expected)
    expect(textDecoding('GBK')(Uint8Array.of(0x81, 0x5c, 0x5c, 0x81, 0x5e), '\\').split('\\')).toHaveLength(2)
  })

  test('JIS X 0212', () => {
    expect(decodeName('\\ISO 2022 IR 159', '\x1b$(D\x30\x21\x1b(B^A')).toBe('丂^A')
  })

  test('a control character ends them, and half of one is no reason to fail', () => {
    expect(textDecoding('\\ISO 2022 IR 87')(bytesOf('\x1b$B;3ED\r\nA'), '')).toBe('山田\r\nA')
    expect(decodeName('\\ISO 2022 IR 87', '\x1b$B;3E')).toMatch(/^山/u)
    expect(decodeName('GB18030', 'a\xcd')).toMatch(/^a/u)
    expect(decodeName('ISO_IR 192', 'a\xe7\x8e')).toMatch(/^a/u)
  })
})

describe('what is declared otherwise than it should be', () => {
  test.each(['ISO_IR 144', 'ISO IR 144', 'ISO-IR 144', 'iso_ir_144', 'ISO2022 IR 144', 'ISO 2022 IR 144 ', 'IR 144'])(
    '%s',
    (term) => {
      expect(decodeName(term, '\xbb\xee')).toBe('Лю')
    },
  )

  test('nothing, or nonsense: UTF-8 if it is that, else Latin-1', () => {
    for (const charset of ['', 'ISO_IR 6', 'ISO 2022 IR 6', 'KLINGON', 'ISO_IR 999999999999']) {
      expect(decodeName(charset, 'M\xfcller^J')).toBe('Müller^J')
      expect(decodeName(charset, 'M\xc3\xbcller^J')).toBe('Müller^J')
      expect(decodeName(charset, '\x1b%Gx')).toBe('\x1b%Gx')
    }
  })

  test('a second set, and no escape to it', () => {
    expect(decodeName('\\ISO 2022 IR 100', 'M\xfcller')).toBe('Müller')
  })

  test('a single value for a set that needs escapes', () => {
    expect(decodeName('ISO 2022 IR 87', '\x1b$B;3ED\x1b(B')).toBe('山田')
    expect(decodeName('ISO_IR 100', '\x1b-L\xbb\xee')).toBe('Лю')
  })
})

function decodeEuc(...bytes: number[]): string {
  return new TextDecoder('euc-jp').decode(Uint8Array.from(bytes))
}
