import { expect, test } from 'vitest'

import { namesOf } from './names.ts'

test.each([
  ['my-store', { package: 'my-store', scheme: 'my-store', factory: 'myStore', type: 'MyStore' }],
  ['@acme/gantry-shelf', { package: '@acme/gantry-shelf', scheme: 'shelf', factory: 'shelf', type: 'Shelf' }],
  ['a.b_c', { package: 'a.b_c', scheme: 'a-b-c', factory: 'aBC', type: 'ABC' }],
])('%s', (name, names) => {
  expect(namesOf(name)).toEqual(names)
})

test('the scheme may be another', () => {
  expect(namesOf('storage', { scheme: 'acme' })).toMatchObject({ package: 'storage', factory: 'acme' })
})

test.each(['My-Store', '.hidden', 'söme', '', '../up', '@acme', 'a b'])('"%s" is no name of a package', (name) => {
  expect(() => namesOf(name)).toThrow('no name of an npm package')
})

test.each(['2fast', 'a--b', 'a-'])('"%s" begins no URL', (name) => {
  expect(() => namesOf(name)).toThrow('no scheme of URLs')
})

test.each(['s3', 'gantry-memory', 'https', 'class', 'index'])('"%s" is taken', (name) => {
  expect(() => namesOf(name)).toThrow('means something already')
})
