import { expect, test } from 'vitest'

import { edgesOf, lettersOf } from './orientation.ts'

test('directions have letters, strongest first', () => {
  expect(lettersOf([1, 0, 0])).toBe('L')
  expect(lettersOf([0, -2, 0])).toBe('A')
  expect(lettersOf([0, 0.5, 0.8])).toBe('HP')
  expect(lettersOf([0, 0, 0])).toBe('')
})

test('an axial slice that is looked at from the feet has the left at its right', () => {
  // As cornerstone has it: the normal leads to whoever looks.
  expect(edgesOf({ viewUp: [0, -1, 0], viewPlaneNormal: [0, 0, -1] })).toEqual({
    right: 'L',
    left: 'R',
    top: 'A',
    bottom: 'P',
  })
  expect(edgesOf({ viewUp: [0, 0, 1], viewPlaneNormal: [0, -1, 0] })).toMatchObject({ right: 'L', top: 'H' })
})
