import assert from 'node:assert/strict'

import { bytesOf, GantryError } from '@gantry/core/driver'

import type { Bench } from '../bench.ts'
import { borrowedBody, contentOf, failingBody } from '../bodies.ts'
import { group } from '../conformance-case.ts'
import { failsWith, sameBytes } from '../expectations.ts'

const mebibyte = 1024 * 1024

async function returnsWhatWasWritten(bench: Bench): Promise<void> {
  for (const size of [1, 65_535, 65_536, 65_537, mebibyte, 5 * mebibyte + 3]) {
    const content = contentOf(size, size)
    const entry = await bench.put('entry', content)
    assert.equal(entry.size, size)
    sameBytes(await bench.get('entry'), content, `${size} bytes`)
  }
}

async function copiesChunks(bench: Bench): Promise<void> {
  const content = contentOf(1, 3 * mebibyte + 5)
  for (const chunkSize of [1009, 64 * 1024, mebibyte]) {
    await bench.store.write({ path: 'entry', size: content.length }, borrowedBody(content, chunkSize))
    sameBytes(await bench.get('entry'), content, `written in chunks of ${chunkSize}`)
  }
}

async function keepsEmpty(bench: Bench): Promise<void> {
  const nothing = new Uint8Array()
  for (const [path, body] of [
    ['no-chunk', bytesOf()],
    ['empty-chunks', bytesOf(nothing, nothing)],
  ] as const) {
    const entry = await bench.store.write({ path, size: 0 }, body)
    assert.equal(entry.size, 0)
    assert.equal((await bench.store.stat(path)).size, 0)
    sameBytes(await bench.get(path), nothing, path)
  }
  assert.deepEqual((await bench.paths()).toSorted(), ['empty-chunks', 'no-chunk'])
  await bench.store.write({ path: 'mixed', size: 2 }, bytesOf(nothing, contentOf(1, 1), nothing, contentOf(2, 1)))
  assert.equal((await bench.get('mixed')).length, 2)
}

async function tellsWhatItStored(bench: Bench): Promise<void> {
  const written = await bench.put('folder/entry', contentOf(1, 1000))
  const looked = await bench.store.stat('folder/entry')
  assert.equal(written.path, 'folder/entry')
  assert.equal(looked.path, 'folder/entry')
  assert.equal(looked.size, 1000)
  if (bench.abilities.versions) {
    assert.ok(written.version !== undefined && looked.version !== undefined, 'a version is told')
    assert.equal(written.version, looked.version, 'the version that write told')
  }
}

async function takesNoteOfWhatArrived(bench: Bench): Promise<void> {
  const content = contentOf(1, 1000)
  const written = await bench.put('entry', content)
  await bench.store.arrived('entry')
  await bench.store.arrived('entry')
  if (bench.abilities.versions) assert.equal((await bench.store.stat('entry')).version, written.version)
  sameBytes(await bench.get('entry'), content, 'what had arrived')
}

async function isToldWhatComes(bench: Bench): Promise<void> {
  const content = contentOf(1, 1000)
  const expected = [
    { path: 'entry', size: content.length },
    { path: 'never', size: 1000 },
  ]
  // It may fail, and the write tells why.
  await bench.store.expect('write', expected).catch(() => {})
  assert.deepEqual(await bench.paths(), [], 'what is only expected is not there')
  await bench.put('entry', content)
  sameBytes(await bench.get('entry'), content, 'what was expected')
  await bench.store.expect('read', expected).catch(() => {})
  sameBytes(await bench.get('entry'), content, 'what was expected to be read')
  const other = contentOf(2, 500)
  await bench.store.expect('write', [{ path: 'other', size: 1000 }]).catch(() => {})
  await bench.put('other', other)
  sameBytes(await bench.get('other'), other, 'what came otherwise than it was expected')
  assert.deepEqual(await bench.paths(), ['entry', 'other'])
}

async function overwrites(bench: Bench): Promise<void> {
  const before = await bench.put('entry', contentOf(1, 300_000))
  const content = contentOf(2, 1000)
  const after = await bench.put('entry', content)
  sameBytes(await bench.get('entry'), content, 'the new content')
  assert.deepEqual(await bench.paths(), ['entry'])
  if (bench.abilities.versions) assert.notEqual(after.version, before.version, 'other bytes are another version')
  const again = await bench.put('entry', contentOf(3, 1000))
  if (bench.abilities.versions) assert.notEqual(again.version, after.version, 'also when the length is the same')
}

async function writesEqualBytesAgain(bench: Bench): Promise<void> {
  const content = contentOf(1, 100_000)
  await bench.put('entry', content)
  await bench.put('entry', content)
  sameBytes(await bench.get('entry'), content, 'the content')
  assert.deepEqual(await bench.paths(), ['entry'])
}

async function withoutSize(bench: Bench): Promise<void> {
  const content = contentOf(1, 200_001)
  try {
    const entry = await bench.store.write({ path: 'entry' }, borrowedBody(content))
    assert.equal(entry.size, content.length)
    sameBytes(await bench.get('entry'), content, 'the content')
  } catch (error) {
    await failsWith(Promise.reject(error), 'unsupported')
    await failsWith(bench.store.stat('entry'), 'not_found')
  }
}

/** Tries a write that must fail, over nothing and over an entry, and looks that neither shows it. */
async function leavesNothing(bench: Bench, write: (path: string) => Promise<unknown>): Promise<void> {
  await write('new')
  await failsWith(bench.store.stat('new'), 'not_found')
  const old = contentOf(7, 5000)
  await bench.put('old', old)
  await write('old')
  sameBytes(await bench.get('old'), old, 'what was there before')
  assert.deepEqual(await bench.paths(), ['old'], 'what is listed')
}

async function bodyFails(bench: Bench): Promise<void> {
  const content = contentOf(1, 2 * mebibyte)
  const error = new GantryError('unavailable', 'The source failed.')
  for (const count of [0, 100_000, content.length]) {
    await leavesNothing(bench, async (path) => {
      const body = failingBody(content, count, error)
      await failsWith(bench.store.write({ path, size: content.length }, body), 'unavailable')
    })
    await bench.store.remove('old')
  }
}

async function lengthIsWrong(bench: Bench): Promise<void> {
  const content = contentOf(1, 700_000)
  for (const size of [0, 699_999, 700_001, 2 * mebibyte]) {
    await leavesNothing(bench, async (path) => {
      await failsWith(bench.store.write({ path, size }, borrowedBody(content)), 'integrity')
    })
    await bench.store.remove('old')
  }
}

async function chunksAreNoBytes(bench: Bench): Promise<void> {
  const content = contentOf(1, 100_000)
  for (const wrong of ['text', new Uint16Array(4)] as unknown[]) {
    await leavesNothing(bench, async (path) => {
      const body = bytesOf(content, wrong as Uint8Array)
      await failsWith(bench.store.write({ path, size: content.length + 4 }, body), 'invalid')
    })
    await bench.store.remove('old')
  }
}

async function removes(bench: Bench): Promise<void> {
  for (const path of ['a/b', 'a/bc', 'ab']) await bench.put(path, contentOf(1, 10))
  await bench.store.remove('a/b')
  await failsWith(bench.store.stat('a/b'), 'not_found')
  await failsWith(bench.store.read('a/b'), 'not_found')
  await bench.store.remove('a/b')
  await bench.store.remove('never/there')
  await bench.store.remove('a')
  assert.deepEqual((await bench.paths()).toSorted(), ['a/bc', 'ab'])
}

export const writingCases = group('writing', ({ write }) => write, [
  ['returns what was written, whatever its length', returnsWhatWasWritten],
  ['does not keep a chunk that it borrowed', copiesChunks],
  ['keeps an empty entry', keepsEmpty],
  ['tells of what it stored what stat tells later', tellsWhatItStored],
  ['is told of what arrived, twice too, and has it as it was', takesNoteOfWhatArrived],
  ['makes nothing of what is only expected, and takes it when it comes', isToldWhatComes],
  ['overwrites an entry with another', overwrites],
  ['takes the same bytes again', writesEqualBytesAgain],
  ['takes a body without a stated length, or says that it cannot', withoutSize],
  ['leaves nothing behind when the body fails', bodyFails],
  ['refuses a body of anything but bytes, and leaves nothing behind', chunksAreNoBytes],
  ['refuses a body that is not as long as was said, and leaves nothing behind', lengthIsWrong],
])

export const removingCases = group('removing', ({ write, remove }) => write && remove, [
  ['removes what is named and nothing else, also when it is gone already', removes],
])
