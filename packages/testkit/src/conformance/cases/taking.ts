import assert from 'node:assert/strict'

import type { NewEntry, TakeOptions, Taken } from '@gantry/core'
import { isGantryError } from '@gantry/core/driver'

import type { Bench } from '../bench.ts'
import { contentOf } from '../bodies.ts'
import { group } from '../conformance-case.ts'
import { openDescriptors, refuseLeak } from '../descriptors.ts'
import { digestOf } from '../digests-of.ts'
import { ends, failsWith, sameBytes } from '../expectations.ts'

const mebibyte = 1024 * 1024
const long = contentOf(1, 2 * mebibyte)
const other = contentOf(2, 3 * mebibyte)

type Options = TakeOptions & { readonly version?: string; readonly size?: number }

/** Takes `from` as `entry` says; the source is opened anew where the harness can, as if it were another store. */
async function take(bench: Bench, from: string, entry: NewEntry, options: Options = {}): Promise<Taken> {
  const source = await bench.another()
  const { version, ...more } = options
  const { size = (await source.find(from))?.size ?? 1 } = options
  const ref = { path: from, size, ...(version !== undefined && { version }) }
  assert.ok(bench.store.canTake(source, ref), 'a store of its kind must be one that it can take from')
  return await ends(bench.store.take(source, ref, entry, { digests: ['sha256'], ...more }), 'a take')
}

/** Nothing but these entries, and nothing unfinished. */
async function only(bench: Bench, ...paths: readonly string[]): Promise<void> {
  assert.deepEqual((await bench.paths()).sort(), [...paths].sort(), 'what is there')
  for await (const upload of bench.store.uploads?.unfinished() ?? []) assert.fail(`left unfinished: ${upload.id}`)
}

async function everyByte(bench: Bench): Promise<void> {
  const lengths = [0, 1, 262_144, mebibyte - 1, mebibyte, mebibyte + 1, 2 * mebibyte + 3]
  for (const length of lengths) {
    const bytes = contentOf(length, length)
    const written = await bench.put('from', bytes)
    let told = 0
    const taken = await take(bench, 'from', { path: 'folder/to' }, { report: (count) => void (told += count) })
    sameBytes(await bench.get('folder/to'), bytes, `an entry of ${length} bytes`)
    assert.equal(told, length, 'the bytes that were reported')
    assert.equal(taken.source.path, 'from')
    assert.equal(taken.source.version, written.version, 'the version that was taken')
    assert.equal(taken.stored.path, 'folder/to')
    assert.equal(taken.stored.version, (await bench.store.stat('folder/to')).version, 'the version that was stored')
    checkDigests(bench, taken, bytes)
  }
  await only(bench, 'from', 'folder/to')
}

function checkDigests({ abilities }: Bench, { digests }: Taken, bytes: Uint8Array): void {
  const told = Object.entries(digests) as [keyof typeof digests, string][]
  for (const [algorithm, hex] of told) assert.equal(hex, digestOf(algorithm, bytes) ?? hex, algorithm)
  const vouches = abilities.digests.length > 0
  assert.ok(digests.sha256 !== undefined || vouches, 'a store that tells no digests must compute the one it is asked')
}

async function replaces(bench: Bench): Promise<void> {
  await bench.put('from', contentOf(1, 70_000))
  await bench.put('to', contentOf(2, 90_000))
  await take(bench, 'from', { path: 'to' })
  sameBytes(await bench.get('to'), contentOf(1, 70_000), 'what replaced it')
  await take(bench, 'from', { path: 'from' })
  sameBytes(await bench.get('from'), contentOf(1, 70_000), 'an entry that was taken from itself')
}

async function keepsTime(bench: Bench): Promise<void> {
  const modified = Date.UTC(2001, 1, 3, 4, 5, 6, 789)
  await bench.put('from', contentOf(1, 1000), { modified })
  const { source } = await take(bench, 'from', { path: 'as it was' })
  assert.equal(source.modified, modified, 'the time that the source is said to have')
  assert.equal((await bench.store.stat('as it was')).modified, modified, 'the time of the source')
  await take(bench, 'from', { path: 'another', modified: modified + 1000 })
  assert.equal((await bench.store.stat('another')).modified, modified + 1000, 'the time that was given')
}

async function thatVersion(bench: Bench): Promise<void> {
  const { version } = await bench.put('from', contentOf(1, 100_000))
  assert.ok(version !== undefined)
  await take(bench, 'from', { path: 'to' }, { version })
  await bench.put('from', contentOf(2, 100_000))
  await failsWith(take(bench, 'from', { path: 'never' }, { version }), 'precondition_failed')
  await failsWith(take(bench, 'from', { path: 'never' }, { size: 99_999 }), 'precondition_failed')
  await only(bench, 'from', 'to')
}

async function blamesSource(bench: Bench): Promise<void> {
  const blamed: unknown[] = []
  const onSourceError = (error: unknown) => void blamed.push(error)
  const error = await failsWith(take(bench, 'absent', { path: 'to' }, { onSourceError }), 'not_found')
  assert.equal(error.path, 'absent', 'the path of the entry that is not there')
  assert.equal(blamed.length, 1, 'how often the source was blamed for what it did')
  await bench.put('from', contentOf(1, 10))
  if (bench.abilities.conditional) {
    await bench.put('to', contentOf(2, 10))
    await failsWith(take(bench, 'from', { path: 'to', ifAbsent: true }, { onSourceError }), 'already_exists')
    assert.equal(blamed.length, 1, 'how often the source was blamed for what it did not')
  }
}

async function conditions(bench: Bench): Promise<void> {
  await bench.put('from', contentOf(1, 70_000))
  const first = await take(bench, 'from', { path: 'to', ifAbsent: true })
  await failsWith(take(bench, 'from', { path: 'to', ifAbsent: true }), 'already_exists')
  const { version } = first.stored
  assert.ok(version !== undefined, 'conditions need versions')
  await bench.put('to', contentOf(3, 70_000))
  await failsWith(take(bench, 'from', { path: 'to', ifVersion: version }), 'precondition_failed')
  sameBytes(await bench.get('to'), contentOf(3, 70_000), 'what was there before')
  const { version: now } = await bench.store.stat('to')
  await take(bench, 'from', { path: 'to', ...(now !== undefined && { ifVersion: now }) })
  sameBytes(await bench.get('to'), contentOf(1, 70_000), 'the second')
  const race = Array.from({ length: 8 }, () => take(bench, 'from', { path: 'first', ifAbsent: true }))
  const won = (await Promise.allSettled(race)).filter(({ status }) => status === 'fulfilled')
  assert.equal(won.length, 1, 'how many of eight were the first')
  await only(bench, 'first', 'from', 'to')
}

async function promised(bench: Bench): Promise<void> {
  const bytes = contentOf(1, 70_000)
  await bench.put('from', bytes)
  await take(bench, 'from', { path: 'to', digests: { sha256: digestOf('sha256', bytes) ?? '' } })
  const wrong = { path: 'never', digests: { sha256: '0'.repeat(64) } }
  await failsWith(take(bench, 'from', wrong), 'integrity')
  await only(bench, 'from', 'to')
}

async function stops(bench: Bench): Promise<void> {
  await bench.put('from', long)
  await bench.put('old', contentOf(2, 1000))
  for (const path of ['new', 'old']) {
    const controller = new AbortController()
    const { signal } = controller
    await failsWith(take(bench, 'from', { path }, { signal, report: () => controller.abort() }), 'cancelled')
    await failsWith(take(bench, 'from', { path }, { signal }), 'cancelled')
  }
  sameBytes(await bench.get('old'), contentOf(2, 1000), 'what was there before')
  await only(bench, 'from', 'old')
}

/** Starts to take, lets `change` happen, and goes on: all of one version, or a failure that says so. */
async function neverMixed(bench: Bench, change: () => Promise<unknown>): Promise<void> {
  await bench.put('from', long)
  let changed: Promise<unknown> | undefined
  try {
    await take(bench, 'from', { path: 'to' }, { report: () => void (changed ??= change()) })
    const got = await bench.get('to')
    sameBytes(got, got[0] === long[0] ? long : other, 'what was taken')
  } catch (error) {
    assert.ok(isGantryError(error), String(error))
    assert.ok(['precondition_failed', 'not_found'].includes(error.code), `a changed entry is not ${error.code}`)
    assert.equal(await bench.store.find('to'), undefined, 'nothing is made of an entry that changed')
  }
  await changed
  await bench.store.remove('to')
}

async function changedMidway(bench: Bench): Promise<void> {
  await neverMixed(bench, () => bench.put('from', other))
  await neverMixed(bench, () => bench.put('from', other.subarray(0, 100)))
  await neverMixed(bench, () => bench.store.remove('from'))
}

async function sideBySide(bench: Bench): Promise<void> {
  const contents = Array.from({ length: 20 }, (_, index) => contentOf(index + 1, (index % 5) * 300_001 + index))
  for (const [index, bytes] of contents.entries()) await bench.put(`from/${index}`, bytes)
  const all = contents.map(async (bytes, index) => {
    checkDigests(bench, await take(bench, `from/${index}`, { path: `to/${index}` }), bytes)
  })
  await Promise.all(all)
  for (const [index, bytes] of contents.entries()) sameBytes(await bench.get(`to/${index}`), bytes, `to/${index}`)
}

async function freesAll(bench: Bench): Promise<void> {
  await bench.put('from', contentOf(1, 2 * mebibyte))
  await take(bench, 'from', { path: 'to' })
  const before = openDescriptors()
  for (let turn = 0; turn < 32; turn += 1) {
    const controller = new AbortController()
    const stopped = { signal: controller.signal, report: () => controller.abort() }
    await take(bench, 'from', { path: 'to' }, turn % 2 === 0 ? stopped : { size: 1 }).catch(() => {})
  }
  await refuseLeak(before)
}

export const takingCases = group('taking directly', ({ write, direct }) => write && direct === true, [
  ['takes every byte of an entry, and tells what it took', everyByte],
  ['replaces what is there, even by itself', replaces],
  ['takes the version that is named, and no other', thatVersion],
  ['says what the source failed with, and whose failure it is', blamesSource],
  ['takes nothing that is not what was promised', promised],
  ['stops in the middle of taking, and leaves nothing behind', stops],
  ['takes many at a time', sideBySide],
  ['frees what taking holds, also when it fails', freesAll],
])

export const takingTimeCases = group(
  'taking directly',
  ({ write, direct, modified }) => write && direct === true && modified === 'given',
  [['keeps the time of what it takes, unless another is given', keepsTime]],
)

export const conditionalTakingCases = group(
  'taking directly',
  ({ write, direct, conditional }) => write && direct === true && conditional,
  [['takes only if nothing is there, or over the version that is named', conditions]],
)

export const changingTakingCases = group(
  'taking directly',
  ({ write, direct, remove }) => write && direct === true && remove,
  [['never mixes two versions in one take', changedMidway]],
)
