import { type ParcelsAbility, Store } from '@gantry/core'
import { memory } from '@gantry/memory'
import { describe, expect, test } from 'vitest'

import { groupingOf } from './grouping.ts'

const resumable = false
const sideBySide = true
const store = (parcels?: ParcelsAbility) => new Store(memory(parcels === undefined ? {} : { parcels }))
const uids = { studyInstanceUID: '1', sopInstanceUID: '3', sopClassUID: '4' }
const image = (seriesInstanceUID: string) => ({ path: 'a', image: { ...uids, seriesInstanceUID } })

describe('parcels', () => {
  test('are of the unit of the destination, else of that of the source', () => {
    const ofSeries = store({ fetch: { unit: 'series', sideBySide } })
    const ofStudies = store({ store: { unit: 'study', resumable } })
    expect(groupingOf(ofSeries, ofStudies).parcelOf(image('2'))).toBe('1')
    expect(groupingOf(ofSeries, store()).parcelOf(image('2'))).toBe('1/2')
    expect(groupingOf(store(), store()).parcelOf(image('2'))).toBeUndefined()
    expect(groupingOf(ofSeries, store({ store: { unit: 'instance', resumable } })).parcelOf(image('2'))).toBeUndefined()
  })

  test('of images are needed by a destination alone: what is none goes by itself from a source', () => {
    const ofSeries = { unit: 'series' } as const
    expect(groupingOf(store(), store({ store: { ...ofSeries, resumable } }))).toMatchObject({ needsParcel: true })
    const grouping = groupingOf(store({ fetch: { ...ofSeries, sideBySide } }), store())
    expect(grouping).toMatchObject({ needsImage: true, needsParcel: false })
    expect(grouping.parcelOf({ path: 'letter.txt' })).toBeUndefined()
  })

  test('of what is no image are those of a given name, where the destination takes such', () => {
    const taking = (others: boolean) => store({ store: { unit: 'study', resumable, others } })
    const grouping = groupingOf(store(), taking(true), 'the rest')
    expect([{ path: 'letter.txt' }, image('2')].map((entry) => grouping.parcelOf(entry))).toEqual(['the rest', '1'])
    for (const [to, name] of [
      [taking(true), undefined],
      [taking(false), 'the rest'],
      [store(), 'the rest'],
    ] as const) {
      expect(groupingOf(store(), to, name).parcelOf({ path: 'letter.txt' })).toBeUndefined()
    }
  })

  test('of so many entries and bytes are filled in the order of the plan', () => {
    const grouping = groupingOf(store(), store({ store: { unit: { entries: 3, bytes: 100 }, resumable } }))
    const sizes = [10, 10, 10, 10, 95, 200, 1, undefined, 99, 1]
    const parcels = sizes.map((size, index) =>
      grouping.parcelOf({ path: String(index), ...(size !== undefined && { size }) }),
    )
    expect(parcels).toEqual(['1', '1', '1', '2', '3', '4', '5', '5', '5', '6'])
  })
})
