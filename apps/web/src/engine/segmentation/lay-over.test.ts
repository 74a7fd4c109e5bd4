import { expect, test } from 'vitest'

import { coloured } from './colour.ts'
import { Overlay } from './lay-over.ts'

/** 4 columns, 3 rows and 2 slices of 2 x 2 x 5 mm. */
const grid = { columns: 4, rows: 3, slices: 2, matrix: [2, 0, 0, 10, 0, 2, 0, 20, 0, 0, 5, 30, 0, 0, 0, 1] }
const same = { rows: 3, columns: 4, thickness: 5 }
const steps = { alongRow: [2, 0, 0], alongColumn: [0, 2, 0] } as const

test('a frame goes to the slice that it lies in', () => {
  const overlay = new Overlay(grid)
  const mask = [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
  expect(overlay.add({ segment: 7, origin: [10, 20, 35], ...steps, mask }, same)).toBe(true)
  const [map] = overlay.maps
  expect(map?.segments).toEqual([7])
  expect([...(map?.labels ?? [])]).toEqual([...Array<number>(12).fill(0), ...mask])
})

test('segments that overlap get maps of their own, others share one', () => {
  const overlay = new Overlay(grid)
  const add = (segment: number, at: readonly number[]) =>
    overlay.add(
      { segment, origin: [10, 20, 30], ...steps, mask: Array.from({ length: 12 }, (_, of) => Number(at.includes(of))) },
      same,
    )
  add(1, [0, 1])
  add(2, [1, 2])
  add(3, [5])
  expect(overlay.maps.map(({ segments }) => segments)).toEqual([[1, 3], [2]])
  expect([...(overlay.maps[0]?.labels.subarray(0, 6) ?? [])]).toEqual([1, 1, 0, 0, 0, 2])
  expect([...(overlay.maps[1]?.labels.subarray(0, 6) ?? [])]).toEqual([0, 1, 1, 0, 0, 0])
})

test('frames of a label map go straight to one map, whatever their order', () => {
  const overlay = new Overlay(grid)
  const known = new Set([1, 2, 700])
  const first = [0, 700, 700, 2, 0, 0, 0, 0, 9, 0, 0, 1]
  const second = [2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 700]
  expect(overlay.addLabels({ origin: [10, 20, 35], ...steps, labels: first }, same, known)).toBe(true)
  expect(overlay.addLabels({ origin: [10, 20, 30], ...steps, labels: second }, same, known)).toBe(true)
  expect(overlay.maps.map(({ segments }) => segments)).toEqual([[700, 2, 1]])
  const slice = (at: number) => [...(overlay.maps[0]?.labels.subarray(at * 12, at * 12 + 12) ?? [])]
  expect(slice(0)).toEqual([2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
  expect(slice(1)).toEqual([0, 1, 1, 2, 0, 0, 0, 0, 0, 0, 0, 3])
  const across = { alongRow: [2, 0, 0], alongColumn: [0, 0, 2] } as const
  expect(overlay.addLabels({ origin: [10, 20, 30], ...across, labels: second }, same, known)).toBe(false)
})

test('a label map of more segments than a byte holds has several maps', () => {
  const wide = new Overlay({ columns: 300, rows: 1, slices: 1, matrix: grid.matrix })
  const labels = Array.from({ length: 300 }, (_, at) => at + 1)
  wide.addLabels({ origin: [10, 20, 30], ...steps, labels }, { rows: 1, columns: 300, thickness: 5 }, new Set(labels))
  expect(wide.maps.map(({ segments }) => segments.length)).toEqual([255, 45])
  expect(wide.maps[1]?.labels[255]).toBe(1)
})

test('of another grid, turned or coarser, by where it lies', () => {
  const overlay = new Overlay(grid)
  // Half as many pixels, twice as wide, from the other side.
  const turned = { alongRow: [-4, 0, 0], alongColumn: [0, 2, 0] } as const
  overlay.add(
    { segment: 1, origin: [15, 20, 30], ...turned, mask: [1, 0, 0, 0, 0, 0] },
    { rows: 3, columns: 2, thickness: 5 },
  )
  expect([...(overlay.maps[0]?.labels.subarray(0, 4) ?? [])]).toEqual([0, 0, 1, 1])
  const across = { alongRow: [2, 0, 0], alongColumn: [0, 0, 2] } as const
  expect(overlay.add({ segment: 1, origin: [10, 20, 30], ...across, mask: [1] }, same)).toBe(false)
  // A thick plane covers both slices; one that lies beyond them none.
  const thick = new Overlay(grid)
  thick.add(
    { segment: 1, origin: [10, 20, 32.5], ...steps, mask: Array<number>(12).fill(1) },
    { ...same, thickness: 10 },
  )
  expect(thick.maps[0]?.labels.every((label) => label === 1)).toBe(true)
  const beyond = new Overlay(grid)
  beyond.add({ segment: 1, origin: [10, 20, 99], ...steps, mask: Array<number>(12).fill(1) }, same)
  expect(beyond.maps).toEqual([])
})

test('recommended colours are CIELab', () => {
  expect(coloured([65_535, 32_896, 32_896], 0).every((part) => part >= 253)).toBe(true)
  const [red, green, blue] = coloured([34_900, 53_487, 50_171], 0)
  expect([red > 230, green < 40, blue < 40]).toEqual([true, true, true])
  expect(coloured([], 0)).not.toEqual(coloured([], 1))
})
