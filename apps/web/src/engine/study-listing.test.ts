import { type Entry, type Signal, Store } from '@gantry/core'
import { expect, test } from 'vitest'

import { StudyListing } from './study-listing.ts'

const { signal } = new AbortController()

function entry(series: string, instance: number, seriesNumber: number): Entry {
  const attributes = {
    SeriesNumber: String(seriesNumber),
    InstanceNumber: String(instance),
    NumberOfStudyRelatedInstances: '5',
  }
  const image = {
    studyInstanceUID: '1',
    seriesInstanceUID: series,
    sopInstanceUID: `${series}.${instance}`,
    sopClassUID: '',
  }
  return { path: image.sopInstanceUID, image, attributes }
}

/** A store of which nothing but a list is asked. */
function storeOf(list: (signal: Signal) => AsyncGenerator<Entry, void, undefined>): Store {
  return { list: (_: unknown, options: { readonly signal: Signal }) => list(options.signal) } as unknown as Store
}

const pathsOf = (entries: readonly Entry[]) => entries.map(({ path }) => path)

test('the series that is listed first comes while others are listed; those by number, their images too', async () => {
  const others = Promise.withResolvers<void>()
  const store = storeOf(async function* () {
    yield entry('1.7', 2, 7)
    yield entry('1.7', 1, 7)
    yield entry('1.10', 1, 10)
    await others.promise
    yield entry('1.2', 1, 2)
    yield entry('1.1', 1, 1)
  })
  const listing = new StudyListing(store, '1', signal)
  const series = listing.series(true)
  const first = await series.next()
  expect(pathsOf(first.value ?? [])).toEqual(['1.7.1', '1.7.2'])
  expect(listing.total).toBe(5)
  others.resolve()
  const rest: string[][] = []
  for await (const entries of series) rest.push(pathsOf(entries))
  expect(rest).toEqual([['1.1.1'], ['1.2.1'], ['1.10.1']])
})

test('of a store that lists at once all come by number', async () => {
  const store = storeOf(async function* () {
    yield entry('1.7', 1, 7)
    yield entry('1.2', 1, 2)
    yield entry('1.7', 2, 7)
  })
  const given: string[][] = []
  for await (const entries of new StudyListing(store, '1', signal).series(false)) given.push(pathsOf(entries))
  expect(given).toEqual([['1.2.1'], ['1.7.1', '1.7.2']])
})

test('a list that breaks off is an error, after the first series', async () => {
  const store = storeOf(async function* () {
    yield entry('1.7', 1, 7)
    yield entry('1.2', 1, 2)
    throw new Error('cut')
  })
  const series = new StudyListing(store, '1', signal).series(true)
  expect(pathsOf((await series.next()).value ?? [])).toEqual(['1.7.1'])
  await expect(series.next()).rejects.toThrow('cut')
})
