import { GantryError } from '@gantry/core'
import { describe, expect, test } from 'vitest'

import { all } from './testing/all.ts'
import { namesOf } from './testing/contents.ts'
import { parcelSide } from './testing/parcel-side.ts'
import { failing, few, rig, type Rig, type Side, side } from './testing/rig.ts'
import type { Operation, ScriptedCall } from './testing/scripted-driver.ts'

const mebibyte = 1024 * 1024
const entries = few(1)
const limits = { attempts: 3 }

/** As if other bytes had been stored, as many of them and of the same time; nobody tells digests of it. */
function spoil({ contents }: Side, path: string): void {
  const { entry, chunks } = contents.find(path)
  contents.entries.set(path, { entry, chunks: chunks.map((chunk) => chunk.map((byte) => byte ^ 1)) })
}

/** Stores other bytes than it is given, and says so `times` times: by its refusal, or by what it answers to be there. */
function spoiling(to: Side, operation: Operation, says: 'refusal' | 'digest', times = Number.POSITIVE_INFINITY): Side {
  const wrong = (call: ScriptedCall) => call.operation === operation && call.nth <= times
  to.driver.script = {
    ...to.driver.script,
    after(call) {
      if (!wrong(call)) return
      spoil(to, call.path)
      if (says === 'refusal') throw new GantryError('integrity', 'The checksums differ.')
    },
    entry: (entry, call) => (wrong(call) ? { ...entry, digests: { sha256: '0'.repeat(64) } } : entry),
    taken: (taken, call) =>
      wrong(call) ? { ...taken, stored: { ...taken.stored, digests: { sha256: '0'.repeat(64) } } } : taken,
  }
  return to
}

const silent = () => side({}, [])
const taking = () => side({ taken: (taken) => taken }, [])
const ways = [
  { by: 'in one piece', operation: 'write', size: 1000, place: silent },
  { by: 'in parts', operation: 'complete', size: 20 * mebibyte, place: silent },
  { by: 'directly', operation: 'take', size: 5 * mebibyte, place: taking },
] as const
const variants = ways.flatMap((way) => (['refusal', 'digest'] as const).map((says) => ({ ...way, says })))

async function expectFailed({ journal, arrived }: Rig) {
  expect(await all(journal.failures())).toMatchObject([{ path: '0.dcm', code: 'integrity' }])
  expect(await arrived()).toEqual([])
}

describe('what a destination stored and said itself to be wrong is not taken for what was sent', () => {
  test.for(variants)('$by, told by its $says: it is sent again', async ({ operation, size, place, says }) => {
    const sent = few(1, size)
    const made = await rig({ entries: sent, from: place(), to: spoiling(place(), operation, says, 1) })
    const { progress } = await (await made.open({ limits })).run()
    expect(progress).toMatchObject({ done: { entries: 1 }, retries: 1 })
    expect(made.to.driver.count(operation)).toBe(2)
    expect(await made.arrived()).toEqual(namesOf(sent))
  })

  test.for(variants)('$by, told by its $says: it fails in the end', async ({ operation, size, place, says }) => {
    const made = await rig({ entries: few(1, size), from: place(), to: spoiling(place(), operation, says) })
    const { progress } = await (await made.open({ limits })).run()
    expect(progress).toMatchObject({ failed: { entries: 1 }, retries: 2 })
    expect(made.to.driver.count(operation)).toBe(3)
    await expectFailed(made)
  })

  test('also where other attempts failed for other reasons since', async () => {
    const to = spoiling(silent(), 'write', 'refusal', 1)
    const { script } = to.driver
    to.driver.script = {
      ...script,
      before: ({ operation, nth }) => void (operation === 'write' && nth === 2 && failing('unavailable')),
    }
    const made = await rig({ entries, from: silent(), to })
    expect(await (await made.open({ limits })).run()).toMatchObject({ progress: { done: { entries: 1 }, retries: 2 } })
    expect(await made.arrived()).toEqual(namesOf(entries))
  })

  test.for(['removed', 'left'])('also by another process, and where it could not be %s', async (kept) => {
    const to = spoiling(silent(), 'write', 'refusal', 1)
    const { script } = to.driver
    to.driver.script = {
      ...script,
      before: ({ operation }) => void (operation === 'remove' && kept === 'left' && failing('permission_denied')),
    }
    const made = await rig({ entries, from: silent(), to })
    await (await made.open({ limits: { attempts: 1 } })).run()
    expect(await made.arrived()).toHaveLength(kept === 'left' ? 1 : 0)
    expect(await (await made.open()).retry()).toMatchObject({ progress: { done: { entries: 1 } } })
    expect(await made.arrived()).toEqual(namesOf(entries))
  })

  test('also where the job was paused in that moment', async () => {
    const to = spoiling(silent(), 'write', 'refusal', 1)
    const made = await rig({ entries, from: silent(), to })
    const job = await made.open()
    const { after } = to.driver.script
    to.driver.script = {
      ...to.driver.script,
      async after(call) {
        if (call.operation === 'write') void job.pause()
        await after?.(call)
      },
      before: ({ operation }) => void (operation === 'remove' && failing('permission_denied')),
    }
    expect(await job.run()).toMatchObject({ phase: 'paused' })
    to.driver.script = {}
    expect(await (await made.open()).run()).toMatchObject({ phase: 'completed', progress: { done: { entries: 1 } } })
    expect(await made.arrived()).toEqual(namesOf(entries))
  })

  test('also where what exists is kept: then it is left, and fails', async () => {
    const made = await rig({
      entries,
      from: silent(),
      to: spoiling(silent(), 'write', 'refusal'),
      spec: { existing: 'keep' },
    })
    const { progress } = await (await made.open({ limits })).run()
    expect(progress).toMatchObject({ done: { entries: 0 }, skipped: { entries: 0 }, failed: { entries: 1 } })
    expect(await all(made.journal.failures())).toMatchObject([{ path: '0.dcm', code: 'integrity' }])
    expect(made.to.driver.count('write')).toBe(1)
  })

  test.for([
    { times: 1, counts: { done: { entries: 3 }, failed: { entries: 0 } }, left: namesOf(few(3)) },
    {
      times: Number.POSITIVE_INFINITY,
      counts: { done: { entries: 2 }, failed: { entries: 1 } },
      left: namesOf(few(3)).slice(1),
    },
  ])('also in a parcel: $times times wrong', async ({ times, counts, left }) => {
    const to = parcelSide({ store: { unit: { entries: 10, bytes: mebibyte }, resumable: false } }, [])
    let wrong = 0
    to.driver.script = {
      outcome(outcome) {
        if ('error' in outcome || outcome.path !== '0.dcm' || wrong >= times) return outcome
        wrong += 1
        spoil(to, outcome.path)
        return { ...outcome, entry: { ...outcome.entry, digests: { sha256: '0'.repeat(64) } } }
      },
    }
    const made = await rig({ entries: few(3), from: silent(), to })
    expect(await (await made.open({ limits })).run()).toMatchObject({ progress: counts })
    expect(await made.arrived()).toEqual(left)
  })

  test('but by a digest it is', async () => {
    const to = side({
      after: ({ operation, nth }) => void (operation === 'write' && nth === 1 && failing('integrity')),
    })
    const made = await rig({ entries, to })
    expect(await (await made.open()).run()).toMatchObject({ unverified: 0, progress: { done: { entries: 1 } } })
    expect(to.driver.count('write')).toBe(1)
  })

  test('and what was there before is not removed for it, where all is written over', async () => {
    const to = side({ before: ({ operation }) => void (operation === 'write' && failing('integrity')) })
    const made = await rig({ entries, to, spec: { existing: 'overwrite' } })
    await to.direct.write(
      { path: '0.dcm', size: 1000 },
      (async function* () {
        yield new Uint8Array(1000)
      })(),
    )
    await (await made.open({ limits: { attempts: 1 } })).run()
    expect(await made.arrived()).toHaveLength(1)
  })
})
