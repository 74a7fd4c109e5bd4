import { compileGlob } from '@gantry/core'
import { expect, test } from 'vitest'

import { splitGlobs } from './split-globs.ts'

test.each([
  ['*.dcm', ['*.dcm']],
  ['2026/**,2025/**', ['2026/**', '2025/**']],
  ['*.{dcm,ima},x', ['*.{dcm,ima}', 'x']],
  ['{a,{b,c}},d', ['{a,{b,c}}', 'd']],
  ['a[,;]b,c', ['a[,;]b', 'c']],
  ['[!],]x,y', ['[!],]x', 'y']],
  ['[],],y', ['[],]', 'y']],
  ['{[}],a},b', ['{[}],a}', 'b']],
  ['a[b,c', ['a[b', 'c']],
  ['a}b,c', ['a}b', 'c']],
  ['a\\,b,c', ['a,b', 'c']],
  ['{a\\,b,c}', ['{a[,]b,c}']],
  [',a,,b,', ['a', 'b']],
])('%s is %j', (value, globs) => {
  expect(splitGlobs(value, undefined)).toEqual(globs)
  expect(splitGlobs(value, ['before'])).toEqual(['before', ...globs])
  for (const glob of globs) compileGlob(glob)
})
