import { expect, test } from 'vitest'

import type { Item, SeriesPlace } from '../engine/model.ts'
import { inSeriesOrder } from './series-order.ts'

function item(name: string, study: string, place?: SeriesPlace): Item {
  const whose = { patient: '', patientId: '', study, date: '', description: '' }
  return { kind: 'volume', id: name, name, format: 'dicom', files: [], bytes: 1, whose, ...(place && { place }) }
}

const namesOf = (items: readonly Item[]) => inSeriesOrder(items).map(({ name }) => name)

test('series are in the order of their numbers, whatever order they came in', () => {
  const items = [10, 2, 1].map((number) => item(`Nr ${number}`, '1.2', { number, taken: '' }))
  expect(namesOf(items)).toEqual(['Nr 1', 'Nr 2', 'Nr 10'])
})

test('those of one number by when they were taken, then by name; those without a number come last', () => {
  const items = [
    item('none', '1.2', { taken: '20250101 080000' }),
    item('scan (10)', '1.2', { number: 3, taken: '20250101 090000' }),
    item('scan (2)', '1.2', { number: 3, taken: '20250101 090000' }),
    item('early', '1.2', { number: 3, taken: '20250101 083000' }),
  ]
  expect(namesOf(items)).toEqual(['early', 'scan (2)', 'scan (10)', 'none'])
})

test('studies stay in the order in which they came, and what says no place in its own', () => {
  const items = [
    item('b', '1.3', { number: 2, taken: '' }),
    item('z', '1.2'),
    item('a', '1.3', { number: 1, taken: '' }),
    item('y', '1.2'),
  ]
  expect(namesOf(items)).toEqual(['a', 'b', 'z', 'y'])
})
