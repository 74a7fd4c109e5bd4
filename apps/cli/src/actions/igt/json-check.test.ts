import { expect, test } from 'vitest'

import { JsonCheck } from './json-check.ts'

const isJson = (text: string) => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** In pieces of so many characters. */
function isChecked(text: string, length: number): boolean {
  const check = new JsonCheck()
  for (let index = 0; index < text.length; index += length) {
    if (!check.push(text.slice(index, index + length))) return false
  }
  return check.end()
}

const texts = [
  '{}',
  '[]',
  ' [ ] ',
  '{"a":1}',
  '{"a":[{"b":null},true,false],"":""}',
  '"\\u00e9\\n\\"\\\\\\/"',
  '"é😀"',
  '0',
  '-0.5e+10',
  '1E5',
  '12 ',
  '[1,2.5,-3e-7]',
  '\t\n\r "a" ',
  '""',
  '',
  ' ',
  '{',
  '[',
  '[1',
  '[1,',
  '[1,]',
  '[,1]',
  '{"a"}',
  '{"a":}',
  '{"a":1,}',
  '{a:1}',
  "{'a':1}",
  '"a',
  '"\\',
  '"\\x"',
  '"\\u00g0"',
  '"\\u12"',
  '"\u0001"',
  '"\n"',
  '01',
  '-',
  '-a',
  '1.',
  '.5',
  '1e',
  '1e+',
  '+1',
  '1.5.5',
  'nul',
  'nulll',
  'true false',
  'NaN',
  'Infinity',
  '[1}',
  '{"a":1]',
  ']',
  '}',
  '1]',
  '{}{}',
  '[1 2]',
  '{"a" 1}',
  '{"a":1 "b":2}',
  ',',
  ':',
  'undefined',
  '1-',
  '--1',
  '{"a":{"b":[1,[2,{"c":"d"}]]}}',
  '[[[[[]]]]]',
  '\u00a0[]',
  '[]\f',
  '{"a":1}x',
  '[toString]',
  '-constructor',
  '"\u2028"',
  '00',
  '1e5e5',
  '0e0',
  '{"a":"b"}',
]

test.each(texts)('takes %j for JSON where JSON.parse does, however it is cut', (text) => {
  for (const length of [1, 2, 3, 100]) expect(isChecked(text, length)).toBe(isJson(text))
})

test('takes what is cut off, or has one character of another kind, as JSON.parse does', () => {
  const whole = '{"a":[1,-2.5e+3,"x\\u00e9\\n",true,null],"b":{"c":{}},"d":false}'
  for (let index = 0; index <= whole.length; index += 1) {
    for (const middle of ['', '"', '\\', '{', '}', '[', ']', ',', ':', '0', 'e', '-', ' ', 'n']) {
      const mended = [whole.slice(0, index) + middle, whole.slice(0, index) + middle + whole.slice(index + 1)]
      for (const text of mended) expect([text, isChecked(text, 7)]).toEqual([text, isJson(text)])
    }
  }
})

test('is not slowed down by what it cannot take at once', () => {
  for (const text of [
    `[${' '.repeat(1e5)}]`,
    `[${'1'.repeat(1e5)}]`,
    `[1${' '.repeat(1e5)}]`,
    `["${'\\\\n'.repeat(1e5)}"]`,
  ]) {
    expect(isChecked(text, 1e5)).toBe(true)
  }
})

test('follows a thousand arrays in each other, and no more', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
  expect([1000, 1001].map((depth) => isChecked(nested(depth), 64))).toEqual([true, false])
})
