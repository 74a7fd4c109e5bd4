import { readdirSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { backends, withoutServer } from './backends/index.ts'
import { faults } from './faults.ts'
import { matrixOf, oneOfEach, sampleOf } from './matrix.ts'
import { runMatrix } from './run-matrix.ts'

const light = backends.filter(({ heavy }) => heavy !== true)
/** What clients wait for by themselves would be most of the time. */
const quick = matrixOf(light).cells.filter(({ fault }) => fault.slow !== true)

test('every adapter is in the matrix, or it is said why not', () => {
  const folders = readdirSync(join(import.meta.dirname, '../../packages/adapters'))
  const known = new Set([...backends.flatMap(({ adapters }) => adapters), ...Object.keys(withoutServer)])
  expect(folders.filter((folder) => !known.has(folder))).toEqual([])
  expect([...known].filter((name) => !folders.includes(name))).toEqual([])
})

test('of a fault, an adapter and a way every cell is run or excused, once', () => {
  const { cells, excused } = matrixOf(backends)
  const named = [
    ...new Set(cells.map(({ backend, fault, direction }) => `${backend.name} ${fault.name} ${direction}`)),
    ...excused.map(({ backend, fault, direction }) => `${backend} ${fault} ${direction}`),
  ]
  expect(named.length).toBe(backends.length * faults.length * 2)
  expect(new Set(named).size).toBe(named.length)
})

test('a sample touches every backend and every fault, and is the same for the same seed', () => {
  const names = (seed: number) =>
    sampleOf(quick, seed).map(({ backend, fault, direction, kill }) => [backend.name, fault.name, direction, kill])
  for (const seed of [1, 2, 3]) {
    const sample = sampleOf(quick, seed)
    expect(new Set(sample.map(({ backend }) => backend.name))).toEqual(new Set(light.map(({ name }) => name)))
    expect(new Set(sample.map(({ fault }) => fault.name))).toEqual(new Set(quick.map(({ fault }) => fault.name)))
    expect(sample.some(({ kill }) => kill)).toBe(true)
    expect(sample.length).toBeLessThan(light.length + faults.length)
    expect(names(seed)).toEqual(names(seed))
  }
  expect(names(1)).not.toEqual(names(2))
})

test('one of each is one cell of every backend and fault, and in the end every cell is drawn', () => {
  const { cells } = matrixOf(backends)
  const pairs = new Set(cells.map(({ backend, fault }) => `${backend.name} ${fault.name}`))
  const drawn = Array.from({ length: 60 }, (_, seed) => oneOfEach(cells, seed))
  for (const some of drawn) {
    expect(some).toHaveLength(pairs.size)
    expect(new Set(some.map(({ backend, fault }) => `${backend.name} ${fault.name}`))).toEqual(pairs)
  }
  expect(new Set(drawn.flat()).size).toBe(cells.length)
})

test('of a sample nothing is lost, and nothing is told wrong', { timeout: 600_000 }, async () => {
  const cells = sampleOf(quick, 1)
  const { outcomes, unavailable } = await runMatrix(cells, { seed: 1, short: true, side: 3 })
  expect(unavailable).toEqual({})
  expect(outcomes).toHaveLength(cells.length)
  expect(outcomes.filter(({ wrong, bytesLost }) => wrong.length > 0 || bytesLost > 0)).toEqual([])
  expect(outcomes.reduce((sum, { injected }) => sum + injected, 0)).toBeGreaterThan(10)
})
