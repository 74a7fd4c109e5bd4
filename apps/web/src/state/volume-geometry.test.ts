import { describe, expect, test } from 'vitest'

import { type ImagePlane, isVolume } from './volume-geometry.ts'

function plane(z: number, change: Partial<ImagePlane> = {}): ImagePlane {
  return {
    imagePositionPatient: [0, 0, z],
    imageOrientationPatient: [1, 0, 0, 0, 1, 0],
    rowPixelSpacing: 0.7,
    columnPixelSpacing: 0.7,
    ...change,
  }
}

const stack = (count: number) => Array.from({ length: count }, (_, index) => plane(index * 2.5))

describe('images are a volume', () => {
  test('where they lie one distance apart, in whatever order they come', () => {
    expect(isVolume(stack(40))).toBe(true)
    expect(isVolume(stack(40).toReversed())).toBe(true)
    expect(isVolume([0, 1.001, 1.999, 3].map((z) => plane(z)))).toBe(true)
  })

  test('and not where slices are missing, at whatever place', () => {
    const whole = stack(40)
    expect(isVolume([...whole.slice(0, 10), ...whole.slice(20)])).toBe(false)
    expect(isVolume(whole.toSpliced(39 - 1, 1))).toBe(false)
    expect(isVolume(whole.toSpliced(20, 1))).toBe(false)
  })

  test('nor where some are there twice, or all at one place', () => {
    expect(isVolume([...stack(10), ...stack(10)])).toBe(false)
    expect(isVolume(Array.from({ length: 600 }, () => plane(4)))).toBe(false)
  })

  test('nor where they say not where they are, or in numbers that are none', () => {
    expect(isVolume(Array.from({ length: 20 }, () => undefined))).toBe(false)
    expect(isVolume(stack(20).map((one) => ({ ...one, imagePositionPatient: null })))).toBe(false)
    expect(isVolume(stack(20).map((one) => ({ ...one, imagePositionPatient: [0, 0, Number.NaN] })))).toBe(false)
    expect(isVolume(stack(20).map((one) => ({ ...one, rowPixelSpacing: 0 })))).toBe(false)
    expect(isVolume(stack(2))).toBe(false)
  })

  test('nor where they lie in several directions or spacings, or beside each other', () => {
    const [, second, ...rest] = stack(20)
    expect(isVolume([plane(0, { imageOrientationPatient: [0, 1, 0, 0, 0, -1] }), second, ...rest])).toBe(false)
    expect(isVolume([plane(0, { columnPixelSpacing: 0.8 }), second, ...rest])).toBe(false)
    const tilted = stack(20).map((one, index) => ({ ...one, imagePositionPatient: [0, index * 0.5, index * 2.5] }))
    expect(isVolume(tilted)).toBe(false)
  })
})
