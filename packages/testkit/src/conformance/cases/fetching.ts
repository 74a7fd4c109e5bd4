import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'

import { collect, type StoreParcels } from '@gantry/core'

import type { Bench } from '../bench.ts'
import { copyOf } from '../bodies.ts'
import { group } from '../conformance-case.ts'
import { openDescriptors, refuseLeak } from '../descriptors.ts'
import { ends, failsWith, sameBytes } from '../expectations.ts'
import type { Sample } from '../samples.ts'

function parcelsOf({ store }: Bench): StoreParcels {
  assert.ok(store.parcels !== undefined)
  return store.parcels
}

const pathsOf = (samples: readonly Sample[]) => samples.map(({ path }) => path)

/** What comes of asking for them: bytes, or a code. */
async function fetched(bench: Bench, paths: readonly string[]): Promise<Map<string, Uint8Array | string>> {
  const found = new Map<string, Uint8Array | string>()
  const asked = paths.map((path) => ({ path }))
  for await (const item of parcelsOf(bench).fetch(asked)) {
    if ('error' in item) found.set(item.path, item.error.code)
    else found.set(item.entry.path, await collect(item.body))
  }
  return found
}

function same(found: ReadonlyMap<string, Uint8Array | string>, samples: readonly Sample[]): void {
  assert.deepEqual([...found.keys()].sort(), pathsOf(samples).sort(), 'the entries that came')
  for (const { path, bytes } of samples) {
    const came = found.get(path)
    assert.ok(came instanceof Uint8Array, `${path} failed with ${String(came)}`)
    sameBytes(came, bytes, path)
  }
}

async function everyOne(bench: Bench): Promise<void> {
  const samples = await bench.plant(7)
  same(await fetched(bench, pathsOf(samples)), samples)
}

async function some(bench: Bench): Promise<void> {
  const samples = (await bench.plant(6)).filter((_, index) => index % 2 === 1)
  same(await fetched(bench, pathsOf(samples)), samples)
  same(await fetched(bench, []), [])
}

async function oneMissing(bench: Bench): Promise<void> {
  const samples = await bench.plant(5)
  const more = await bench.samples(6)
  const absent = more.find(({ path }) => samples.every((sample) => sample.path !== path))
  assert.ok(absent !== undefined)
  const found = await fetched(
    bench,
    [absent, ...samples].map(({ path }) => path),
  )
  assert.equal(found.get(absent.path), 'not_found', 'an entry that is not there')
  found.delete(absent.path)
  same(found, samples)
}

async function leftEarly(bench: Bench): Promise<void> {
  const samples = await bench.plant(4, 500_000)
  const paths = samples.map(({ path }) => ({ path }))
  const before = openDescriptors()
  for (let turn = 0; turn < 60; turn += 1) {
    for await (const item of parcelsOf(bench).fetch(paths)) {
      assert.ok('body' in item, 'an entry that is there')
      if (turn % 2 === 0) for await (const chunk of item.body) if (chunk.length > 0) break
      if (turn % 2 === 1) await item.body[Symbol.asyncIterator]().return?.()
      if (turn % 3 > 0) break
    }
  }
  same(await ends(fetched(bench, pathsOf(samples)), 'a fetch after them'), samples)
  await refuseLeak(before)
}

async function aborted(bench: Bench): Promise<void> {
  const samples = await bench.plant(3, 500_000)
  const controller = new AbortController()
  const { signal } = controller
  const reading = (async () => {
    for await (const item of parcelsOf(bench).fetch(
      samples.map(({ path }) => ({ path })),
      { signal },
    )) {
      if ('error' in item) throw item.error
      for await (const chunk of item.body) if (chunk.length > 0) controller.abort()
    }
  })()
  await failsWith(ends(reading, 'a fetch that was aborted'), 'cancelled')
  same(await ends(fetched(bench, pathsOf(samples)), 'a fetch after it'), samples)
}

async function borrowed(bench: Bench): Promise<void> {
  const samples = await bench.plant(3, 300_000)
  for await (const item of parcelsOf(bench).fetch(samples.map(({ path }) => ({ path })))) {
    assert.ok('body' in item, 'an entry that is there')
    const pieces: Uint8Array[] = []
    for await (const chunk of item.body) {
      const before = copyOf(chunk)
      await sleep(8)
      sameBytes(copyOf(chunk), before, 'a chunk that was held for a while')
      pieces.push(before)
    }
    const sample = samples.find(({ path }) => path === item.entry.path)
    sameBytes(Buffer.concat(pieces), sample?.bytes ?? new Uint8Array(), item.entry.path)
  }
}

async function sideBySide(bench: Bench): Promise<void> {
  const samples = await bench.plant(4, 200_000)
  const reading: Promise<readonly [string, Uint8Array]>[] = []
  const begin = async () => {
    const all: { readonly path: string; readonly body: AsyncIterable<Uint8Array> }[] = []
    for await (const item of parcelsOf(bench).fetch(samples.map(({ path }) => ({ path })))) {
      assert.ok('body' in item, 'an entry that is there')
      all.push({ path: item.entry.path, body: item.body })
      // The first is read when the second is there.
      if (all.length < 2) continue
      for (const { path, body } of all.splice(0)) {
        reading.push(collect(body).then((bytes) => [path, bytes] as const))
      }
    }
    for (const { path, body } of all) reading.push(collect(body).then((bytes) => [path, bytes] as const))
    return new Map(await Promise.all(reading))
  }
  same(await ends(begin(), 'a second body while the first is not read'), samples)
}

export const fetchingCases = group('fetching parcels', ({ parcels }) => parcels?.fetch !== undefined, [
  ['gives every entry of a parcel once, with its bytes', everyOne],
  ['gives some entries of many, and no others', some],
  ['gives the others where one is missing, which is not_found', oneMissing],
  ['frees what a fetch holds when it is left early', leftEarly],
  ['stops a fetch in mid-body', aborted],
  ['keeps a chunk of a fetched body valid until the next is asked for', borrowed],
])

export const sideBySideCases = group('fetching parcels', ({ parcels }) => parcels?.fetch?.sideBySide === true, [
  ['gives the next body before the last was read', sideBySide],
])
