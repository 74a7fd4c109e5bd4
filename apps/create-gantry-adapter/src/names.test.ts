import { readdirSync, readFileSync } from 'node:fs'

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

test.each(['s3', 'gantry-memory', 'https', 'class', 'index', 'z', 'places', 'describe-store'])(
  '"%s" is taken',
  (name) => {
    expect(() => namesOf(name)).toThrow('means something already')
  },
)

test('what the code of the template calls something already is taken, all of it', () => {
  const template = new URL('../template/src/', import.meta.url)
  const code = readdirSync(template).map((file) => readFileSync(new URL(file, template), 'utf8'))
  const bare = code.join('\n').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*|'[^'\n]*'|\/u\b/gu, '')
  const names = new Set([...bare.matchAll(/(?<![#\w])[a-z]\w*/gu)].map(([name]) => name))
  expect(names).toContain('describeStore')
  const kebab = (name: string) => name.replaceAll(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)
  const free = [...names].filter((name) => !name.startsWith('my') && !isTaken(kebab(name)))
  expect(free).toEqual([])
})

function isTaken(scheme: string): boolean {
  try {
    namesOf('some-package', { scheme })
    return false
  } catch {
    return true
  }
}
