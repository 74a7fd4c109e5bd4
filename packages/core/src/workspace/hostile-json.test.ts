import { describe, expect, test } from 'vitest'

import { GantryError } from '../errors/gantry-error.ts'
import { jsonLimits, workspaceLimits } from './limits.ts'
import { parseBoundedJson } from './parse-bounded-json.ts'
import { parseWorkspace } from './parse-workspace.ts'
import { serializeWorkspace } from './serialize-workspace.ts'
import { importSethealth } from './sethealth/import-sethealth.ts'
import type { SerializableWorkspace } from './workspace.ts'

const empty = {
  type: 'workspace',
  id: 'w',
  version: 1,
  volumes: [],
  geometries: [],
  shapes: [],
  segmentations: [],
  views: [],
  tags: {},
} as const satisfies SerializableWorkspace

const withMember = (member: string) => `${JSON.stringify(empty).slice(0, -1)},${member}}`

function expectInvalid(read: () => unknown): GantryError {
  let found: unknown
  try {
    read()
  } catch (error) {
    found = error
  }
  expect(found).toBeInstanceOf(GantryError)
  expect(found).toMatchObject({ code: 'invalid' })
  return found as GantryError
}

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

describe.each([
  ['parseWorkspace', parseWorkspace],
  ['importSethealth', importSethealth],
])('%s refuses', (_name, read) => {
  test.each<[string, () => string]>([
    ['nesting that would overflow a stack', () => nested(5_000_000)],
    ['nesting of objects', () => '{"a":'.repeat(100_000)],
    ['one level too many', () => withMember(`"x":${nested(jsonLimits.depth)}`)],
    ['too many items', () => withMember(`"x":[${'0,'.repeat(jsonLimits.items)}0]`)],
    ['too many empty arrays', () => `[${'[[],[],[],[],[],[]],'.repeat(900_000)}0]`],
    ['too many members', () => withMember(`"x":{${Array.from({ length: 10_001 }, (_, n) => `"${n}":0`).join()}}`)],
    ['more text than can be', () => 'x'.repeat(100_000_000)],
    ['a string of 60 million characters', () => withMember(`"x":"${'a'.repeat(60_000_000)}"`)],
    ['a string that never ends', () => `{"x":"${'\\"'.repeat(1_000_000)}`],
    ['a key too long', () => withMember(`"${'k'.repeat(jsonLimits.key + 1)}":0`)],
    ['an infinite number', () => withMember('"x":[1e999]')],
    ['an infinite number with a fraction', () => withMember(`"x":${'1'.repeat(310)}.5`)],
    ['an infinite number in digits', () => withMember(`"x":${'9'.repeat(400)}`)],
    ['an integer that no number equals', () => withMember('"x":9007199254740993')],
    ['a negative one', () => withMember('"x":[-12345678901234567891 ]')],
    ['NaN, which is no JSON', () => withMember('"x":NaN')],
    ['a lone surrogate', () => withMember('"x":"\ud800"')],
    ['a lone surrogate as an escape', () => withMember(String.raw`"x":"\ud800"`)],
    ['a lone surrogate in a key', () => withMember(String.raw`"\udfff":1`)],
    ['__proto__', () => withMember('"__proto__":{"polluted":true}')],
    ['__proto__ in disguise', () => withMember(String.raw`"x":{"\u005f_proto__":{"polluted":true}}`)],
    ['constructor', () => withMember('"x":[{"constructor":{"prototype":{"polluted":true}}}]')],
    ['__proto__ as a tag', () => JSON.stringify(empty).replace('"tags":{}', '"tags":{"__proto__":"x"}')],
  ])('%s', (_what, make) => {
    expectInvalid(() => read(make()))
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })
})

describe('of values that are no text', () => {
  const cycle: Record<string, unknown> = { ...empty }
  cycle['self'] = cycle
  const wide: unknown[] = []
  for (let level = 0; level < 60; level += 1) wide.push(wide, wide)

  test.each<[string, unknown, string]>([
    ['cycles', cycle, 'self.self'],
    ['cycles in many ways', { ...empty, wide }, 'wide[0]'],
    ['NaN', { ...empty, x: Number.NaN }, 'x'],
    ['functions', { ...empty, x: { toJSON: () => 1 } }, 'x.toJSON'],
    ['dates', { ...empty, x: [new Date(0)] }, 'x[0]'],
    ['maps', { ...empty, tags: new Map() }, 'tags'],
    ['big integers', { ...empty, x: 1n }, 'x'],
    ['holes', { ...empty, x: [1, undefined] }, 'x[1]'],
    ['arrays that are only long', { ...empty, x: Object.assign([], { length: 2 ** 31 }) }, 'x'],
    ['an own __proto__', { ...empty, x: JSON.parse('{"__proto__":1}') as unknown }, 'x.__proto__'],
  ])('%s are refused, read and written', (_what, value, path) => {
    expect(expectInvalid(() => parseWorkspace(value)).path?.slice(0, path.length)).toBe(path)
    expectInvalid(() => serializeWorkspace(value as SerializableWorkspace))
  })

  test('members that are undefined are left out, as JSON does', () => {
    expect(parseWorkspace(serializeWorkspace({ ...empty, title: undefined }))).toStrictEqual(empty)
  })
})

test('of a hundred thousand wrong shapes the first is told', () => {
  const shapes = Array.from({ length: workspaceLimits.shapes }, () => 0)
  expect(expectInvalid(() => parseWorkspace({ ...empty, shapes })).path).toBe('shapes[0]')
  expect(expectInvalid(() => parseWorkspace({ ...empty, shapes: [...shapes, 0] })).path).toMatch(/^shapes/u)
})

test.each([
  ['9007199254740992', 2 ** 53],
  ['100000000000000000000', 1e20],
  ['-9223372036854775808', -(2 ** 63)],
  ['123456789012345670000', 1.2345678901234567e20],
  ['0.1000000000000000055511151231257827', 0.1],
  ['1.00000000000000000000', 1],
  ['1e-0000000000000000001', 0.1],
  ['5e-324', 5e-324],
  ['1e-999', 0],
  [`0.${'0'.repeat(400)}1`, 0],
  ['"9007199254740993"', '9007199254740993'],
  ['"1e-999"', '1e-999'],
])('what a number holds passes: %s', (text, value) => {
  expect(parseWorkspace(withMember(`"x":${text}`))).toMatchObject({ x: value })
  expect(parseBoundedJson(text)).toBe(value)
})

test('what is within the limits passes', () => {
  const text = withMember(`"x":${nested(jsonLimits.depth - 1)},"y":[${'0,'.repeat(jsonLimits.items - 1)}0]`)
  expect(serializeWorkspace(parseWorkspace(text))).toBe(text)
})
