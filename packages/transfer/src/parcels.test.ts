import { describe, expect, test } from 'vitest'

import { all } from './testing/all.ts'
import { fill, namesOf } from './testing/contents.ts'
import { parcelSide } from './testing/parcel-side.ts'
import { failing, few, rig, side } from './testing/rig.ts'
import { hang } from './testing/scripted-driver.ts'

const unit = { entries: 4, bytes: 1e9 }
const store = { unit, resumable: false }
const fetch = (sideBySide: boolean) => ({ unit, sideBySide })

describe('a destination that takes parcels', () => {
  test.for([
    ['single entries', undefined],
    ['parcels, one body after another', fetch(false)],
    ['parcels, bodies side by side', fetch(true)],
  ] as const)('gets them from a source of %s', async ([, given]) => {
    const from = given === undefined ? side() : parcelSide({ fetch: given })
    const to = parcelSide({ store })
    const made = await rig({ entries: few(10), from, to, spec: { concurrency: 2, verify: true } })
    const { phase, progress, unverified } = await (await made.open()).run()

    expect({ phase, unverified, done: progress.done }).toEqual({
      phase: 'completed',
      unverified: 0,
      done: { entries: 10, bytes: 10_000 },
    })
    expect(await made.arrived()).toEqual(namesOf(few(10)))
    // Ten entries, four a parcel.
    expect([to.driver.count('store'), to.driver.count('commit'), to.driver.count('write')]).toEqual([3, 3, 0])
    const asked = given === undefined ? [0, 10] : [3, 0]
    // The verifier reads the destination alone.
    expect([from.driver.count('fetch'), from.driver.count('read')]).toEqual(asked)
    expect(to.contents.parcels.size).toBe(0)
  })

  test('gets what is not there already, and nothing twice', async () => {
    const to = parcelSide({ store })
    const made = await rig({ entries: few(8), to })
    await fill(to.direct, few(3))
    const { progress } = await (await made.open()).run()
    expect(progress).toMatchObject({ skipped: { entries: 3 }, done: { entries: 5 } })
    expect(to.driver.count('add')).toBe(5)
  })

  test.for(['unavailable', 'not_found'] as const)('fails an entry alone that fails at the source: %s', async (code) => {
    const from = side({
      before: ({ operation, path }) => void (operation === 'read' && path === '1.dcm' && failing(code)),
    })
    const to = parcelSide({ store })
    const made = await rig({ entries: few(8), from, to })
    const { phase, progress } = await (await made.open({ limits: { attempts: 2 } })).run()
    expect(phase).toBe('completed')
    expect(progress).toMatchObject({ done: { entries: 7 }, failed: { entries: 1 } })
    expect(await all(made.journal.failures())).toMatchObject([{ path: '1.dcm', code }])
  })

  test('is given a parcel anew, without an entry whose body broke it', async () => {
    const from = side({
      async *body({ path }, body) {
        yield* body
        if (path === '1.dcm') failing('precondition_failed')
      },
    })
    const to = parcelSide({ store })
    const made = await rig({ entries: few(4), from, to })
    const { progress } = await (await made.open()).run()
    expect(progress).toMatchObject({ done: { entries: 3 }, failed: { entries: 1 }, retries: 0 })
    expect([to.driver.count('store'), to.driver.count('abortParcel'), to.driver.count('commit')]).toEqual([2, 1, 1])
    expect(to.contents.parcels.size).toBe(0)
  })

  test('gets again what it says that it did not keep, and only that', async () => {
    const to = parcelSide({ store })
    to.driver.script = {
      outcome: (outcome, { nth }) =>
        nth === 1 && outcome.path === '2.dcm' ? { path: outcome.path, error: new Error('odd') } : outcome,
    }
    const retried = parcelSide({ store })
    retried.driver.script = {
      outcome: (outcome, { nth }) => (nth === 1 && outcome.path === '2.dcm' ? unavailable(outcome.path) : outcome),
    }
    const failed = await rig({ entries: few(4), to })
    expect((await (await failed.open()).run()).progress).toMatchObject({ done: { entries: 3 }, failed: { entries: 1 } })
    const made = await rig({ entries: few(4), to: retried })
    expect((await (await made.open()).run()).progress).toMatchObject({ done: { entries: 4 }, retries: 1 })
    // It was stored after all, which the next attempt sees.
    expect(retried.driver.count('add')).toBe(4)
  })

  test('is looked at when the answer to a commit is lost', async () => {
    const to = parcelSide({ store })
    to.driver.script = {
      after: ({ operation, nth }) => void (operation === 'commit' && nth === 1 && failing('timeout')),
    }
    const made = await rig({ entries: few(4), to })
    const { progress } = await (await made.open()).run()
    expect(progress).toMatchObject({ done: { entries: 4 }, retries: 1 })
    expect([to.driver.count('commit'), to.driver.count('add')]).toEqual([1, 4])
  })

  test.for(['permission_denied', 'unauthenticated', 'read_only'] as const)(
    'ends the job when it takes nothing at all, which can be resumed: %s',
    async (code) => {
      const to = parcelSide({ store })
      to.driver.script = { before: ({ operation }) => void (operation === 'add' && failing(code)) }
      const made = await rig({ entries: few(8), to })
      expect(await (await made.open()).run()).toMatchObject({ phase: 'failed', failure: { code } })
      to.driver.script = {}
      expect(await (await made.open()).run()).toMatchObject({ phase: 'completed', progress: { done: { entries: 8 } } })
    },
  )

  test('leaves nothing behind when the job is paused, and gets all of it then', async () => {
    const to = parcelSide({ store })
    to.driver.script = {
      before: (call) => (call.operation === 'add' && call.path === '2.dcm' ? hang(call) : undefined),
    }
    const made = await rig({ entries: few(4), to })
    const job = await made.open()
    const running = job.run()
    await until(() => to.driver.calls.some(({ operation, path }) => operation === 'add' && path === '2.dcm'))
    await job.pause()
    expect(await running).toMatchObject({ phase: 'paused' })
    expect(to.contents.parcels.size).toBe(0)
    to.driver.script = {}
    expect(await (await made.open()).run()).toMatchObject({ phase: 'completed', progress: { done: { entries: 4 } } })
  })
})

describe('a body of a parcel that hangs until its own call is ended', () => {
  test.for([
    ['single entries, side by side', true, undefined],
    ['single entries, one after another', false, undefined],
    ['parcels', true, store],
  ] as const)(
    'is given up by who sends it to %s, and asked for again',
    { timeout: 20_000 },
    async ([, sideBySide, taken]) => {
      const from = parcelSide({ fetch: fetch(sideBySide) })
      from.driver.script = {
        async *body(call, body) {
          if (call.path === '1.dcm' && call.nth === 1) await hang(call)
          yield* body
        },
      }
      const to = taken === undefined ? side() : parcelSide({ store: taken })
      const made = await rig({ entries: few(4), from, to })
      const { phase, progress } = await (await made.open({ stall: 200 })).run()
      expect(phase).toBe('completed')
      expect(progress).toMatchObject({ done: { entries: 4 }, failed: { entries: 0 } })
      expect(from.driver.count('fetch')).toBeGreaterThan(1)
      expect(await made.arrived()).toEqual(namesOf(few(4)))
    },
  )
})

describe('a parcel that can be gone on with', () => {
  async function interrupted() {
    const to = parcelSide({ store: { ...store, resumable: true } })
    to.driver.script = {
      before: (call) => (call.operation === 'add' && call.path === '2.dcm' ? hang(call) : undefined),
    }
    const made = await rig({ entries: few(4), to })
    const job = await made.open()
    const running = job.run()
    await until(() => to.driver.calls.some(({ operation, path }) => operation === 'add' && path === '2.dcm'))
    await job.pause()
    await running
    to.driver.script = {}
    return { made, to }
  }

  test('is gone on with by another process, without what it has', async () => {
    const { made, to } = await interrupted()
    expect(to.contents.parcels.size).toBe(1)
    const { phase, progress, unverified } = await (await made.open()).run()
    expect({ phase, done: progress.done.entries, unverified }).toEqual({ phase: 'completed', done: 4, unverified: 0 })
    expect(to.driver.calls.filter(({ operation, path }) => operation === 'add' && path === '0.dcm')).toHaveLength(1)
    expect(await made.arrived()).toEqual(namesOf(few(4)))
    expect(await all(made.journal.parcels())).toEqual([])
  })

  test('is begun anew when it is not there any more', async () => {
    const { made, to } = await interrupted()
    to.contents.parcels.clear()
    expect(await (await made.open()).run()).toMatchObject({ phase: 'completed', progress: { done: { entries: 4 } } })
    expect(to.contents.parcels.size).toBe(0)
  })

  test('is discarded with the job', async () => {
    const { made, to } = await interrupted()
    await (await made.open()).cancel()
    expect(to.contents.parcels.size).toBe(0)
    expect(await all(made.journal.parcels())).toEqual([])
  })
})

describe('a source that gives parcels', () => {
  test.for([false, true])('to a destination of single entries, side by side: %s', async (sideBySide) => {
    const from = parcelSide({ fetch: fetch(sideBySide) })
    const made = await rig({ entries: few(10), from, spec: { concurrency: 3 } })
    const job = await made.open()
    const heard = new Map<string, number>()
    for (const type of ['entry:start', 'entry:done'] as const) {
      job.on(type, () => heard.set(type, (heard.get(type) ?? 0) + 1))
    }
    const { phase, progress } = await job.run()
    expect({ phase, done: progress.done.entries }).toEqual({ phase: 'completed', done: 10 })
    expect(Object.fromEntries(heard)).toEqual({ 'entry:start': 10, 'entry:done': 10 })
    expect(await made.arrived()).toEqual(namesOf(few(10)))
    expect([from.driver.count('fetch'), from.driver.count('read')]).toEqual([3, 0])
  })

  test('and fails in the middle is asked for the rest alone', async () => {
    const from = parcelSide({ fetch: fetch(true) })
    from.driver.script = {
      before: ({ operation, path, nth }) =>
        void (operation === 'fetched' && path === '2.dcm' && nth === 1 && failing('unavailable')),
    }
    const made = await rig({ entries: few(4), from })
    const { phase, progress } = await (await made.open()).run()
    expect({ phase, done: progress.done.entries, retries: progress.retries }).toEqual({
      phase: 'completed',
      done: 4,
      retries: 1,
    })
    expect(from.driver.calls.filter(({ operation, path }) => operation === 'fetched' && path === '0.dcm')).toHaveLength(
      1,
    )
  })

  test('moves no more bodies at a time than the job may, whatever the number of parcels', async () => {
    let now = 0
    let most = 0
    const from = parcelSide({ fetch: fetch(true) })
    const to = side({
      async before({ operation }) {
        if (operation !== 'write') return
        now += 1
        most = Math.max(most, now)
        await new Promise((resolve) => setTimeout(resolve, 5))
        now -= 1
      },
    })
    const made = await rig({ entries: few(24), from, to, spec: { concurrency: 3 } })
    expect(await (await made.open()).run()).toMatchObject({ phase: 'completed' })
    expect(most).toBe(3)
  })

  test('large entries go in parts', async () => {
    const entries = few(2, 20 * 1024 * 1024)
    const made = await rig({ entries, from: parcelSide({ fetch: fetch(false) }) })
    expect(await (await made.open()).run()).toMatchObject({ phase: 'completed', progress: { done: { entries: 2 } } })
    expect(made.to.driver.count('complete')).toBe(2)
    expect(await made.arrived()).toEqual(namesOf(entries))
  })
})

function unavailable(path: string) {
  try {
    return failing('unavailable')
  } catch (error) {
    return { path, error }
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2))
}
