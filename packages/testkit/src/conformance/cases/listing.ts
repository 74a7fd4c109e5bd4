import assert from 'node:assert/strict'

import { comparePaths } from '@gantry/core/driver'
import { sideBySide } from '@gantry/core/side-by-side'

import type { Bench } from '../bench.ts'
import { contentOf } from '../bodies.ts'
import { group } from '../conformance-case.ts'

const content = contentOf(1, 3)

async function fill(bench: Bench, paths: readonly string[]): Promise<void> {
  await sideBySide(paths, 16, async (path) => void (await bench.put(path, content)))
}

async function nothing(bench: Bench): Promise<void> {
  assert.deepEqual(await bench.paths(), [])
  assert.deepEqual(await bench.paths({ prefix: 'no/such' }), [])
}

async function manyPages(bench: Bench): Promise<void> {
  const paths = Array.from(
    { length: 2500 },
    (_, index) => `series-${index % 5}/image-${String(index).padStart(5, '0')}`,
  )
  await fill(bench, paths)
  const listed = await bench.list()
  assert.equal(listed.length, 2500, 'how many are listed')
  const names = listed.map(({ path }) => path)
  assert.deepEqual(names.toSorted(comparePaths), paths.toSorted(comparePaths), 'each once')
  if (bench.abilities.order === 'path') assert.deepEqual(names, names.toSorted(comparePaths), 'in order')
  assert.ok(
    listed.every(({ size }) => size === content.length),
    'their lengths',
  )
  assert.equal((await bench.paths({ prefix: 'series-3' })).length, 500)
}

function name(index: number): string {
  return `entry-${String(index).padStart(4, '0')}`
}

/** Removes and adds entries before and behind the reader's place while a list of more than a page runs. */
async function underChange(bench: Bench): Promise<void> {
  const steady = Array.from({ length: 1040 }, (_, index) => name(index))
  const coming = Array.from({ length: 20 }, (_, index) => `${name(index * 50)}-coming`)
  const going = Array.from({ length: 20 }, (_, index) => `${name(index * 50 + 25)}-going`)
  await fill(bench, [...steady, ...going])
  const seen: string[] = []
  for await (const { path } of bench.store.list()) {
    seen.push(path)
    if (seen.length % 50 !== 1) continue
    const [added, removed] = [coming.pop(), going.shift()]
    if (added !== undefined) await bench.put(added, content)
    if (removed !== undefined && bench.abilities.remove) await bench.store.remove(removed)
  }
  assert.equal(new Set(seen).size, seen.length, 'an entry is listed twice')
  const listed = new Set(seen)
  const lost = steady.filter((path) => !listed.has(path))
  assert.deepEqual(lost, [], 'entries that no one touched are not listed')
}

async function wholeSegments(bench: Bench): Promise<void> {
  const paths = ['a/b/c', 'a/b/d/e', 'a/bc', 'a/b.c', 'a/b-/c', 'ab/c', 'b/a/b']
  await fill(bench, paths)
  const sorted = async (prefix: string) => (await bench.paths({ prefix })).toSorted()
  assert.deepEqual(await sorted('a/b'), ['a/b/c', 'a/b/d/e'])
  assert.deepEqual(await sorted('a/b/d/e'), ['a/b/d/e'], 'an entry itself')
  assert.deepEqual(await sorted('a/b/d/e/f'), [])
  assert.deepEqual(await sorted('a'), ['a/b-/c', 'a/b.c', 'a/b/c', 'a/b/d/e', 'a/bc'])
  assert.deepEqual(await sorted('A'), [])
  assert.deepEqual(await sorted('a/b/c '), [])
  // What the driver itself gives: it must not list all and leave the choice to others.
  const driven: string[] = []
  const call = { signal: new AbortController().signal }
  for await (const { path } of bench.driver.list({ prefix: 'a/b' }, call)) driven.push(path)
  assert.deepEqual(driven.toSorted(), ['a/b/c', 'a/b/d/e'], 'what the driver lists')
}

async function inOrder(bench: Bench): Promise<void> {
  // A folder's name sorts as if it ended in "/"; UTF-16 and UTF-8 order differ above U+D800.
  const paths = ['a/b', 'a.b', 'a-b', 'a0', 'ab', 'A', 'a b', 'é/x', 'é!', '\u{1F600}', '\uFF5E', '\u{1F600}x']
  await fill(bench, paths)
  assert.deepEqual(await bench.paths(), paths.toSorted(comparePaths))
  assert.deepEqual(await bench.paths({ prefix: 'a' }), ['a/b'])
}

async function asStat(bench: Bench): Promise<void> {
  await bench.put('entry', contentOf(1, 12_345), { modified: Date.UTC(2020, 1, 2) })
  const [listed, ...more] = await bench.list()
  assert.equal(more.length, 0)
  const looked = await bench.store.stat('entry')
  assert.ok(listed !== undefined)
  assert.equal(listed.size, looked.size)
  if (listed.version !== undefined) assert.equal(listed.version, looked.version)
  if (listed.modified !== undefined && looked.modified !== undefined) {
    // HTTP dates have whole seconds.
    assert.ok(Math.abs(listed.modified - looked.modified) < 1000, 'the time of the last change')
  }
}

export const listingCases = group('listing', ({ write }) => write, [
  ['lists nothing where nothing is', nothing],
  ['lists 2,500 entries, each once', manyPages],
  ['loses and doubles nothing while others come and go', underChange],
  ['lists a prefix by whole segments', wholeSegments],
  ['lists what stat tells', asStat],
])

export const orderCases = group('listing', ({ write, order }) => write && order === 'path', [
  ['lists in the order of the bytes of the paths', inOrder],
])
