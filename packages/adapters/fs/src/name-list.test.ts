import { comparePaths } from '@gantry/core'
import { expect, test } from 'vitest'

import { NameList } from './name-list.ts'

function sorted(names: readonly string[]): (string | undefined)[] {
  const list = new NameList()
  for (const name of names) list.add(name)
  list.sort()
  expect(list.at(list.length)).toBeUndefined()
  return Array.from({ length: list.length }, (_, index) => list.at(index))
}

test('names come in the order of their UTF-8 bytes', () => {
  const names = ['b', 'a', 'a.b', 'a/', 'a-', 'ab', 'é', 'e', '\u{1F600}', '\uFF5E', 'a b', 'A', '\u5C71\u7530']
  expect(sorted(names)).toEqual(names.toSorted(comparePaths))
  expect(sorted([])).toEqual([])
})

test('many names, and long ones', () => {
  const names = Array.from({ length: 5000 }, (_, index) => `${(index * 7919) % 5003}-${'é'.repeat(index % 100)}`)
  expect(sorted(names)).toEqual(names.toSorted(comparePaths))
})
