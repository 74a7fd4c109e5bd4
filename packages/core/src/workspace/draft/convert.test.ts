import { describe, expect, test } from 'vitest'

import { toColour } from './convert-colour.ts'
import { toMeasurement } from './convert-shape.ts'
import { toTransform } from './convert-space.ts'

const zero = { x: 0, y: 0, z: 0 }
const quarter = Math.PI / 2

const apply = (transform: unknown, [x, y, z]: readonly [number, number, number]) => {
  const m = transform as readonly number[]
  return [0, 4, 8].map((row) => (m[row] ?? 0) * x + (m[row + 1] ?? 0) * y + (m[row + 2] ?? 0) * z + (m[row + 3] ?? 0))
}

describe('a transform', () => {
  test.each([
    ['about x', { ...zero, x: quarter }, [1, -3, 2]],
    ['about y', { ...zero, y: quarter }, [3, 2, -1]],
    ['about z', { ...zero, z: quarter }, [-2, 1, 3]],
    // First about z: [-2, 1, 3]; then about y: [3, 1, 2]; then about x: [3, -2, 1].
    ['about all', { x: quarter, y: quarter, z: quarter }, [3, -2, 1]],
  ])('turns %s, to the right', (_axis, rotation, expected) => {
    const turned = apply(toTransform(zero, rotation, 1), [1, 2, 3])
    for (const [index, value] of expected.entries()) expect(turned[index]).toBeCloseTo(value, 12)
  })

  test('scales, then turns, then moves', () => {
    const [x, y, z] = apply(toTransform({ x: 10, y: 20, z: 30 }, { ...zero, z: quarter }, 2), [1, 2, 3])
    expect([x, y, z].map((value) => Math.round((value ?? 0) * 1e9) / 1e9)).toEqual([6, 22, 36])
  })

  test('is none for what is no place', () => {
    expect(toTransform({ x: 1 }, zero, 1)).toBeNull()
    expect(toTransform(zero, zero, [1, 2, 3])).toBeNull()
  })
})

test.each([
  ['#fff', '#fff'],
  [
    [0.5, 1, 0],
    [0.5, 1, 0],
  ],
  [
    [255, 0, 51],
    [1, 0, 0.2],
  ],
  [
    [255, 0, 51, 0.5],
    [1, 0, 0.2, 0.5],
  ],
  [
    [255, 0, 51, 255],
    [1, 0, 0.2, 1],
  ],
  [7, 7],
])('the colour %j is %j', (colour, expected) => {
  expect(toColour(colour)).toEqual(expected)
})

test.each([
  ['5 mm', 5, 'mm'],
  [' 12.50mm ', 12.5, 'mm'],
  ['-3.1 cm²', -3.1, 'cm2'],
  ['1 mm3', 1, 'mm3'],
  ['2ml', 2, 'mL'],
  ['45°', 45, 'deg'],
  ['-1000 HU', -1000, "[hnsf'U]"],
])('the measurement %j', (text, value, unit) => {
  expect(toMeasurement(text)).toEqual({ value, unit })
})

test.each([['1,5 mm'], ['mm'], ['5'], ['5 in'], ['5 mm x 3 mm'], ['about 5 mm'], [`${'9'.repeat(400)} mm`]])(
  '%j has no certain number and unit',
  (text) => {
    expect(toMeasurement(text)).toBeUndefined()
  },
)
