import { expect, test } from 'vitest'

import { withAspect } from './pixel-aspect.ts'
import { headerOf } from './testing/header-of.ts'

const unknown = { usingDefaultValues: true, rowPixelSpacing: 1, columnPixelSpacing: 1 }

test('pixels of unknown size have the shape that their header says, height first', () => {
  expect(withAspect(unknown, headerOf({ x00280034: '2\\1' }))).toEqual({ ...unknown, rowPixelSpacing: 2 })
  expect(withAspect(unknown, headerOf({ x00280034: '3 \\4' }))).toEqual({ ...unknown, rowPixelSpacing: 0.75 })
})

test('a size in millimetres goes before it', () => {
  const known = { usingDefaultValues: false, rowPixelSpacing: 0.5, columnPixelSpacing: 0.5 }
  expect(withAspect(known, headerOf({ x00280034: '2\\1' }))).toBe(known)
})

test.each(['', '2', '0\\1', '2\\0', '-1\\1', 'x\\y'])('%s is no shape', (text) => {
  expect(withAspect(unknown, headerOf({ x00280034: text }))).toBe(unknown)
  expect(withAspect(unknown, undefined)).toBe(unknown)
})
