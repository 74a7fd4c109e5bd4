import { describe, expect, test } from 'vitest'

import { type PlacedFile, placesOf } from './places.ts'

const image = (path: string, series: string, sop = path): PlacedFile => {
  return { path, sha256: `${sop}-bytes`, image: { seriesInstanceUID: series, sopInstanceUID: sop } }
}

const places = (...files: PlacedFile[]) => Object.fromEntries(placesOf(files))

describe('places in a unit', () => {
  test('are a folder a series, wherever the files lay', () => {
    expect(places(image('flat/a', '1.2'), image('flat/b', '1.3'))).toEqual({ 'flat/a': '1.2/a', 'flat/b': '1.3/b' })
    expect(places(image('moved/sub/x/a', '1.2'), image('b', '1.3'))).toEqual({ 'moved/sub/x/a': '1.2/a', b: '1.3/b' })
  })

  test('of what is no image are as its path says, also where a series is in the way', () => {
    const letter = { path: '1.2', sha256: 'l' }
    expect(places(letter, image('a', '1.2'), { path: 'd/e', sha256: 'e' })).toEqual({
      '1.2': '1.2',
      a: '1.2.folder/a',
      'd/e': 'd/e',
    })
    expect(places({ ...image('a/b', '../x') })).toEqual({ 'a/b': 'a/b' })
  })

  test('of names that clash have a number, by what is in the files and not by where they lay', () => {
    const rule = (...folders: [string, string, string]) => {
      const [x, y, z] = folders.map((folder) => `${folder}/IM1`)
      const files = [image(x ?? '', '1.2', '9.1'), image(y ?? '', '1.2', '9.2'), image(z ?? '', '1.2', '9.3')]
      const found = placesOf([...files, image('n/IM1-2', '1.2', '9.4')])
      return [x, y, z, 'n/IM1-2'].map((path) => found.get(path ?? ''))
    }
    const expected = ['1.2/IM1', '1.2/IM1-3', '1.2/IM1-4', '1.2/IM1-2']
    expect(rule('a', 'b', 'c')).toEqual(expected)
    expect(rule('c', 'b', 'a')).toEqual(expected)
  })

  test('are 1,000 a folder at most, each file has its own, and their order tells nothing', () => {
    const files = Array.from({ length: 2500 }, (_, index) => image(`d/${index}`, '1.2'))
    const found = placesOf(files)
    expect(new Set(found.values()).size).toBe(2500)
    const folders = Map.groupBy(found.values(), (place) => place.slice(0, place.lastIndexOf('/')))
    expect([...folders].map(([folder, inside]) => [folder, inside.length])).toEqual([
      ['1.2/part-0001', 1000],
      ['1.2/part-0002', 1000],
      ['1.2/part-0003', 500],
    ])
    expect(Object.fromEntries(placesOf(files.toReversed()))).toEqual(Object.fromEntries(found))
  })

  test('lose no file, whatever they are called', () => {
    const paths = ['a', 'a.folder', 'a.file', 'a/b', 'a/b/c', 'a.folder/x', 'a-2']
    const found = placesOf(paths.map((path) => ({ path, sha256: path })))
    expect([...found.keys()].sort()).toEqual(paths.toSorted())
    const all = [...found.values()]
    expect(new Set(all).size).toBe(paths.length)
    for (const place of all) expect(all.some((other) => other.startsWith(`${place}/`))).toBe(false)
  })
})
