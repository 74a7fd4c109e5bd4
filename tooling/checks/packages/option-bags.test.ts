import { expect, test } from 'vitest'

import { refusingUndefined } from './option-bags.ts'

const bag = (member: string, name = 'CopyOptions') => `export interface ${name} extends Base {\n  ${member}\n}\n`

test.each([
  'readonly signal?: AbortSignal | undefined',
  'readonly signal: AbortSignal',
  'readonly told?: ((what: string) => void) | undefined',
  'readonly cause?: unknown',
])('an option that can be handed on: %s', (member) => {
  expect(refusingUndefined(bag(member))).toEqual([])
})

test.each(['readonly signal?: AbortSignal', 'signal?: AbortSignal', 'readonly signal?: () => undefined'])(
  'one that cannot: %s',
  (member) => {
    expect(refusingUndefined(bag(member))).toEqual(['CopyOptions.signal may be left out, and must take undefined'])
  },
)

test('data may do without', () => {
  expect(refusingUndefined(bag('readonly size?: number', 'Entry'))).toEqual([])
})
