import assert from 'node:assert/strict'

import type { Committed, StoreParcel, StoreParcels } from '@gantry/core'
import { GantryError } from '@gantry/core'

import type { Bench } from '../bench.ts'
import { borrowedBody, failingBody } from '../bodies.ts'
import { group } from '../conformance-case.ts'
import { failsWith, sameBytes } from '../expectations.ts'
import type { Sample } from '../samples.ts'

const announced = (samples: readonly Sample[]) => samples.map(({ path, bytes }) => ({ path, size: bytes.length }))

/** Opens a parcel for them; `saved` is what its writer saved last. */
async function open(parcels: StoreParcels | undefined, samples: readonly Sample[], from?: string) {
  assert.ok(parcels !== undefined)
  const kept: { saved: string | undefined } = { saved: from }
  const save = async (saved: string) => {
    kept.saved = saved
  }
  const entries = announced(samples)
  const parcel = await parcels.open({ entries, save, ...(from !== undefined && { saved: from }) })
  return { parcel, kept }
}

async function add(parcel: StoreParcel, samples: readonly Sample[]): Promise<void> {
  for (const { path, bytes } of samples) await parcel.add({ path, size: bytes.length }, borrowedBody(bytes))
}

function allStored(outcomes: readonly Committed[], samples: readonly Sample[]): void {
  for (const outcome of outcomes) assert.ok('entry' in outcome, `${outcome.path} was not stored`)
  assert.deepEqual(outcomes.map(({ path }) => path).sort(), samples.map(({ path }) => path).sort(), 'the outcomes')
}

async function nothingThere(bench: Bench, samples: readonly Sample[]): Promise<void> {
  assert.deepEqual(await bench.paths(), [], 'what is listed')
  for (const { path } of samples) await failsWith(bench.store.stat(path), 'not_found')
}

async function allThere(bench: Bench, samples: readonly Sample[]): Promise<void> {
  assert.deepEqual((await bench.paths()).sort(), samples.map(({ path }) => path).sort(), 'what is listed')
  for (const { path, bytes } of samples) sameBytes(await bench.get(path), bytes, path)
}

async function whole(bench: Bench): Promise<void> {
  const samples = await bench.samples(5)
  const { parcel } = await open(bench.store.parcels, samples)
  await add(parcel, samples)
  await nothingThere(bench, samples)
  allStored(await parcel.commit(), samples)
  await allThere(bench, samples)
}

async function fewer(bench: Bench): Promise<void> {
  const samples = await bench.samples(5)
  const { parcel } = await open(bench.store.parcels, samples)
  const some = samples.slice(1, 4).toReversed()
  await add(parcel, some)
  allStored(await parcel.commit(), some)
  await allThere(bench, some)
}

async function aborts(bench: Bench): Promise<void> {
  const samples = await bench.samples(3)
  const { parcel } = await open(bench.store.parcels, samples)
  await add(parcel, samples)
  await parcel.abort()
  await nothingThere(bench, samples)
  const { parcel: empty } = await open(bench.store.parcels, samples)
  await empty.abort()
}

async function failingInside(bench: Bench): Promise<void> {
  const samples = await bench.samples(3, 300_000)
  const [first, second] = samples
  assert.ok(first !== undefined && second !== undefined)
  const { parcel } = await open(bench.store.parcels, samples)
  await add(parcel, [first])
  const { path, bytes } = second
  const reason = new GantryError('permission_denied', 'As the case says.')
  const body = failingBody(bytes, bytes.length >> 1, reason)
  await failsWith(parcel.add({ path, size: bytes.length }, body), 'permission_denied')
  await parcel.abort()
  await nothingThere(bench, samples)
}

async function apart(bench: Bench): Promise<void> {
  const samples = await bench.samples(6)
  const [left, right] = [samples.slice(0, 3), samples.slice(3)]
  const [{ parcel: one }, { parcel: two }] = [
    await open(bench.store.parcels, left),
    await open(bench.store.parcels, right),
  ]
  for (const [index, sample] of left.entries()) {
    await add(one, [sample])
    await add(two, right.slice(index, index + 1))
  }
  allStored(await two.commit(), right)
  await allThere(bench, right)
  allStored(await one.commit(), left)
  await allThere(bench, samples)
}

async function overWhatIsThere(bench: Bench): Promise<void> {
  const samples = await bench.samples(2)
  for (let time = 0; time < 2; time += 1) {
    const { parcel } = await open(bench.store.parcels, samples)
    await add(parcel, samples)
    allStored(await parcel.commit(), samples)
    await allThere(bench, samples)
  }
}

async function goesOn(bench: Bench): Promise<string | undefined> {
  // Long enough that what came first is there while the next is on its way.
  const samples = await bench.samples(4, 600_000)
  const { parcel, kept } = await open(bench.store.parcels, samples)
  await add(parcel, samples.slice(0, 3))
  if (kept.saved === undefined) return 'nothing is saved of so few bytes'
  // As a process that was killed: it is neither committed nor aborted.
  const other = await bench.another()
  const { parcel: again } = await open(other.parcels, samples, kept.saved)
  await nothingThere(bench, samples)
  assert.ok(again.has.size > 0, 'a parcel that was saved has something')
  await add(
    again,
    samples.filter(({ path }) => !again.has.has(path)),
  )
  allStored(await again.commit(), samples)
  await allThere(bench, samples)
  return undefined
}

async function discards(bench: Bench): Promise<string | undefined> {
  const samples = await bench.samples(3, 200_000)
  const { parcel, kept } = await open(bench.store.parcels, samples)
  await add(parcel, samples)
  const { saved } = kept
  if (saved === undefined) return 'nothing is saved of so few bytes'
  const { parcels } = await bench.another()
  await parcels?.discard(saved)
  await parcels?.discard(saved)
  await nothingThere(bench, samples)
  const resumed = await open(parcels, samples, saved).catch(() => undefined)
  assert.equal(resumed?.parcel.has.size ?? 0, 0, 'entries of a parcel that was discarded')
  return undefined
}

export const storingCases = group('storing parcels', ({ parcels }) => parcels?.store !== undefined, [
  ['shows nothing of a parcel before it is committed, and then all of it', whole],
  ['takes fewer entries than were announced, in any order', fewer],
  ['leaves nothing of a parcel that is aborted', aborts],
  ['leaves nothing of a parcel with a body that failed', failingInside],
  ['keeps two parcels apart', apart],
  ['takes the same entries again', overWhatIsThere],
])

export const resumingCases = group('storing parcels', ({ parcels }) => parcels?.store?.resumable === true, [
  ['goes on with a parcel in another process', goesOn],
  ['discards what was saved of a parcel', discards],
])
