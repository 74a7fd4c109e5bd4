import { expect, test } from 'vitest'

import { mendingAdvice } from './mending-advice.ts'

test('a copy of its files is only advised for what mends itself from one', () => {
  const packed = expect.stringContaining('--repair-from')
  expect(mendingAdvice(new Set(['corrupt']), true)).toEqual([expect.stringContaining('--overwrite'), packed])
  expect(mendingAdvice(new Set(['corrupt']), false)).toEqual([expect.stringContaining('--overwrite')])
  expect(mendingAdvice(new Set(['damaged']), true)).toEqual([packed])
  expect(mendingAdvice(new Set(['expired']), true)).toEqual([])
})
