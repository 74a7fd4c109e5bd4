import type { Entry } from '@gantry/core'
import { expect, test } from 'vitest'

import { nameOf } from './instance.ts'
import { ListedSeries } from './listed-series.ts'

function list(inOrder: boolean, entries: readonly Entry[]) {
  const given: string[][] = []
  const listed = new ListedSeries(inOrder, (of, instances) => given.push([of, ...instances.map(({ file }) => file)]))
  listed.begin()
  const during: number[] = []
  for (const entry of entries) {
    const name = nameOf(entry)
    if (name !== undefined) listed.add(name, entry)
    during.push(given.length)
  }
  listed.end()
  return { given, during, listed }
}

const placed = (series: string, key: string, root = '') => ({
  path: `${root}studies/1/series/${series}/instances/${key}.dcm`,
  size: 1,
})
const flat = (series: string, key: string) => ({
  path: key,
  size: 1,
  image: { studyInstanceUID: '1', seriesInstanceUID: series, sopInstanceUID: key, sopClassUID: '2' },
})

test('a series is given away when the next one begins, where the listing is in order', () => {
  const entries = [placed('1', 'a'), placed('1', 'b'), placed('2', 'c'), placed('3', 'd')]
  expect(list(true, entries)).toMatchObject({
    during: [0, 0, 1, 2],
    given: [
      ['1/1', '1/1/instances/a.dcm', '1/1/instances/b.dcm'],
      ['1/2', '1/2/instances/c.dcm'],
      ['1/3', '1/3/instances/d.dcm'],
    ],
  })
  expect(list(false, entries)).toMatchObject({ during: [0, 0, 0, 0], given: { length: 3 } })
})

test('series that lie in no folder are given away at the end', () => {
  const { given, during } = list(true, [flat('1', 'a'), flat('2', 'b'), flat('1', 'c')])
  expect(during).toEqual([0, 0, 0])
  expect(given).toEqual([
    ['1/1', '1/1/instances/a.dcm', '1/1/instances/c.dcm'],
    ['1/2', '1/2/instances/b.dcm'],
  ])
})

test('of one instance by two paths both are kept, also when its series was given away', () => {
  const { given } = list(true, [placed('1', 'a'), placed('2', 'b'), placed('1', 'a', 'z/')])
  expect(given).toHaveLength(3)
  const [first, , other] = given
  expect(first).toEqual(['1/1', '1/1/instances/a.dcm'])
  expect(other?.[1]).toMatch(/^1\/1\/instances\/a.+\.dcm$/u)
})
