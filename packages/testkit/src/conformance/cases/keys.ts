import assert from 'node:assert/strict'

import { comparePaths } from '@gantry/core/driver'
import { sideBySide } from '@gantry/core/side-by-side'

import type { Bench } from '../bench.ts'
import { group } from '../conformance-case.ts'
import { failsWith, sameBytes } from '../expectations.ts'

const text = new TextEncoder()

/** Each key holds its own name: so a key that is taken for another shows. */
async function keepsApart(bench: Bench, keys: readonly string[]): Promise<void> {
  await sideBySide(keys, 8, async (key) => {
    const entry = await bench.put(key, text.encode(key))
    assert.equal(entry.path, key, 'the answer to write names another path')
  })
  const listed = await bench.paths()
  assert.deepEqual(listed.toSorted(comparePaths), keys.toSorted(comparePaths), 'the keys that are listed')
  await sideBySide(keys, 8, async (key) => {
    assert.equal((await bench.store.stat(key)).path, key)
    sameBytes(await bench.get(key), text.encode(key), `what is at ${JSON.stringify(key)}`)
  })
}

const punctuated = [
  'with space/and more',
  ' leading and trailing ',
  'two  spaces',
  'percent%',
  'percent%20encoded',
  'percent%2Fslash',
  'percent%252F',
  'plus+plus',
  'plus%2Bplus',
  "apostrophe'",
  '"quoted"',
  'a&b=c&amp;d',
  '<tag>',
  'question?query=1',
  'hash#fragment',
  'semi;colon:at@comma,',
  'back\\slash',
  'star*[x]{y}|^`~$!()',
  '.hidden',
  '..hidden/...',
  'dots./a.b..c',
  '-dash',
  'UPPER/lower',
  'upper/lower',
]

const unicode = [
  'é',
  'e',
  'M\u00FCller/\u00C5ngstr\u00F6m',
  '\u5C71\u7530^\u592A\u90CE',
  '\uAE40\uD76C\uC911',
  '\u05E9\u05DC\u05D5\u05DD',
  '\u{1FA7B}/\u{1F9E0}',
  '\uFF5E',
  'zero\u200Bwidth',
  'bom\uFEFF',
  'line\u2028separator',
  'a\u0323\u0302'.normalize('NFC'),
]

async function nfc(bench: Bench): Promise<void> {
  const decomposed = 'Mu\u0308ller'
  const composed = decomposed.normalize('NFC')
  const entry = await bench.put(decomposed, text.encode('name'))
  assert.equal(entry.path, composed)
  assert.deepEqual(await bench.paths(), [composed])
  sameBytes(await bench.get(composed), text.encode('name'), 'the entry by its NFC name')
}

/** A path of exactly `length` bytes, of segments as long as they may be. */
function pathOf(length: number, longestSegment: number, character: string): string {
  const width = Buffer.byteLength(character)
  let path = ''
  let left = length
  while (left > 0) {
    const segment = Math.min(left, longestSegment)
    path += character.repeat(Math.floor(segment / width)) + 'x'.repeat(segment % width)
    left -= segment
    if (left === 0) break
    // No room for a slash and a name after it: the last segment may not be empty.
    if (left === 1) return path.slice(0, -1) + '/y'
    path += '/'
    left -= 1
  }
  return path
}

async function longest(bench: Bench): Promise<void> {
  const { longestPath, longestSegment } = bench.abilities
  const keys = [pathOf(longestSegment, longestSegment, 's'), pathOf(longestSegment, longestSegment, 'é')]
  keys.push(pathOf(longestPath, longestSegment, 'p'), pathOf(longestPath, longestSegment, '\u{1FA7B}'))
  await keepsApart(bench, [...new Set(keys)])
  if (longestSegment < longestPath) {
    await failsWith(bench.put(pathOf(longestSegment + 1, longestPath, 's'), text.encode('x')), 'invalid')
  }
  await failsWith(bench.put(`${pathOf(longestPath, longestSegment, 'p')}q`, text.encode('x')), 'invalid')
}

/** In a bucket both can be, in a folder, which says so, not: but neither may harm the other. */
async function below(bench: Bench): Promise<void> {
  for (const [first, second] of [
    ['above', 'above/below'],
    ['folder/entry', 'folder'],
  ] as const) {
    await bench.put(first, text.encode(first))
    let refused = false
    try {
      await bench.put(second, text.encode(second))
      sameBytes(await bench.get(second), text.encode(second), 'the second')
    } catch (error) {
      await failsWith(Promise.reject(error), 'invalid')
      await failsWith(bench.store.stat(second), 'not_found')
      refused = true
    }
    assert.ok(refused || bench.abilities.folders !== true, 'a store of folders has an entry below another')
    sameBytes(await bench.get(first), text.encode(first), 'the first')
  }
}

const beginnings = ['a', 'ab', 'a.b', 'a-b/c', 'a-b/cd', 'a b/c', 'abc', 'a.b c', 'a%2Fb']

export const keyCases = group('keys', ({ write }) => write, [
  ['keeps keys with punctuation apart and as they are', async (bench) => await keepsApart(bench, punctuated)],
  ['keeps Unicode keys apart and as they are', async (bench) => await keepsApart(bench, unicode)],
  [
    'keeps keys with control characters apart and as they are',
    async (bench) => await keepsApart(bench, ['tab\there', 'line\nbreak', 'return\rhere', 'bell\u0007', 'del\u007F']),
  ],
  ['writes a decomposed name in its composed form', nfc],
  ['keeps keys apart of which one begins another', async (bench) => await keepsApart(bench, beginnings)],
  ['takes keys of exactly the lengths that it declares, and refuses longer ones', longest],
  ['keeps an entry below another, or refuses it without harm', below],
])
