import { defineAdapter } from '@gantry/core/driver'
import { memory } from '@gantry/memory'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'

import { isSecret, parseGiven, readGiven } from './store-options.ts'

const adapter = defineAdapter({
  scheme: 'demo',
  summary: 'For this test.',
  options: z.strictObject({
    endpoint: z.string().optional(),
    pathStyle: z.boolean().optional(),
    parts: z.int().optional(),
    secretKey: z.string().optional(),
    passphrase: z.string().min(1).optional(),
    credentials: z.literal('anonymous').optional(),
    classes: z.array(z.string()).optional(),
    retention: z.enum(['governance', 'compliance']).optional(),
    tokens: z.custom<object>((value) => typeof value === 'object').optional(),
  }),
  open: () => memory(),
})

describe('options of a store', () => {
  test('are written key=value', () => {
    expect(parseGiven(['a=b', 'c=d=e', 'f='])).toEqual({ a: 'b', c: 'd=e', f: '' })
    expect(() => parseGiven(['=b'])).toThrow('key=value')
    expect(() => parseGiven(['a'])).toThrow('key=value')
  })

  test('become what the adapter takes', () => {
    const given = { endpoint: 'true', pathStyle: 'true', parts: '5', credentials: 'anonymous' }
    expect(readGiven(given, adapter)).toEqual({ endpoint: 'true', pathStyle: true, parts: 5, credentials: 'anonymous' })
  })

  test('are lists with commas, or as JSON', () => {
    for (const classes of ['A,B', '["A","B"]']) expect(readGiven({ classes }, adapter)).toEqual({ classes: ['A', 'B'] })
  })

  test.each([
    [{ credentials: 'abc' }, '"credentials" of demo: takes other values: anonymous.'],
    [{ retention: 'x' }, 'takes other values: governance, compliance.'],
    [{ pathStyle: 'yes' }, 'takes other values: true, false.'],
    [{ parts: 'many' }, 'takes other values: a number.'],
    [{ tokens: 'x' }, 'can be given in a program only'],
  ])('of other values are refused with those that there are: %j', (given: Record<string, string>, said) => {
    expect(() => readGiven(given, adapter)).toThrow(said)
  })

  test('that do not exist are refused with those that do', () => {
    expect(() => readGiven({ endpint: 'x' }, adapter)).toThrow(
      'has no option "endpint"; it has endpoint, pathStyle, parts, credentials, classes, retention.',
    )
  })

  test('that hold a credential are refused', () => {
    expect(() => readGiven({ secretKey: 'x' }, adapter)).toThrow('does not belong on a command line')
    expect(() => readGiven({ passphrase: 'x' }, adapter)).toThrow('does not belong on a command line')
    expect(isSecret('secretKey', adapter)).toBe(true)
    expect(isSecret('passphrase', adapter)).toBe(true)
    expect(isSecret('credentials', adapter)).toBe(false)
    expect(isSecret('endpoint', adapter)).toBe(false)
  })
})
