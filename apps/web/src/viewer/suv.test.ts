import { expect, test } from 'vitest'

import { headerOf } from './testing/header-of.ts'
import { valuesPerSuv } from './suv.ts'

const agent = { x00181072: '100000.00', x00181074: '370000000', x00181075: '6586.2' }
const pet = {
  x00541001: 'BQML',
  x00280051: 'DECY\\ATTN\\SCAT',
  x00541102: 'START',
  x00101030: '70',
  x00080021: '20260101',
  x00080031: '110000',
  x00080022: '20260101',
  x00080032: '110500',
  x00540016: [agent],
}

test('of g/ml is 1', () => {
  expect(valuesPerSuv(headerOf({ x00541001: 'GML' }))).toBe(1)
})

test('is what is left of the dose when the series begins, by weight', () => {
  // An hour after the injection.
  const left = 370_000_000 * 0.5 ** (3600 / 6586.2)
  expect(valuesPerSuv(headerOf(pet))).toBeCloseTo(left / 70_000, 6)
  const dated = { ...agent, x00181078: '20260101100000.000000' }
  expect(valuesPerSuv(headerOf({ ...pet, x00540016: [dated] }))).toBeCloseTo(left / 70_000, 6)
  expect(valuesPerSuv(headerOf({ ...pet, x00541102: 'ADMIN' }))).toBeCloseTo(370_000_000 / 70_000, 6)
})

test.each([
  ['counts', { x00541001: 'CNTS' }],
  ['no weight', { x00101030: '0' }],
  ['no dose', { x00540016: [{ ...agent, x00181074: '' }] }],
  ['no agent', { x00540016: [] }],
  ['no correction of the decay', { x00280051: 'ATTN' }],
  ['decay that is corrected to no time', { x00541102: 'NONE' }],
  ['a series that was made anew after its images', { x00080031: '180000' }],
  ['an injection after the series', { x00540016: [{ ...agent, x00181072: '120000' }] }],
  ['a time that is none', { x00080031: 'noon' }],
])('with %s cannot be told', (_, other) => {
  expect(valuesPerSuv(headerOf({ ...pet, ...other }))).toBeUndefined()
})
