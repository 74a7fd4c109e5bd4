import { type Entry, GantryError, type JobState, type Progress } from '@gantry/core'
import { describe, expect, test } from 'vitest'

import type { JobEvent } from './job-event.ts'
import { all } from './testing/all.ts'
import { fill, namesOf } from './testing/contents.ts'
import { failing, few, rig, side } from './testing/rig.ts'
import { hang, type ScriptedCall } from './testing/scripted-driver.ts'

const first = ({ operation, path, nth }: ScriptedCall) => operation === 'write' && path === '0.dcm' && nth === 1

describe('a failed entry', () => {
  test.for(['integrity', 'rate_limited', 'unavailable', 'timeout'] as const)('is tried again: %s', async (code) => {
    const to = side({ before: (call) => void (first(call) && failing(code)) })
    const made = await rig({ entries: few(3), to })
    const { progress, phase } = await (await made.open()).run()

    expect(phase).toBe('completed')
    expect(progress).toMatchObject({ retries: 1, done: { entries: 3 }, failed: { entries: 0 } })
    expect(await made.arrived()).toEqual(namesOf(few(3)))
  })

  test.for(['invalid', 'precondition_failed', 'unsupported', 'internal'] as const)(
    'fails at once, and the others do not: %s',
    async (code) => {
      const to = side({
        before: ({ operation, path }) => void (operation === 'write' && path === '0.dcm' && failing(code)),
      })
      const made = await rig({ entries: few(3), to })
      const { progress, phase } = await (await made.open()).run()

      expect(phase).toBe('completed')
      expect(progress).toMatchObject({ retries: 0, done: { entries: 2 }, failed: { entries: 1 } })
      expect(await all(made.journal.failures())).toMatchObject([{ path: '0.dcm', code }])
    },
  )

  test.for(['permission_denied', 'not_found', 'read_only', 'unauthenticated'] as const)(
    'of the destination ends the job, which can be resumed: %s',
    async (code) => {
      const to = side({ before: ({ operation }) => void (operation === 'write' && failing(code)) })
      const made = await rig({ entries: few(10), to, spec: { concurrency: 2 } })
      const failed = await (await made.open()).run()

      expect(failed).toMatchObject({ phase: 'failed', failure: { code }, progress: { failed: { entries: 0 } } })
      expect(to.driver.count('write')).toBeLessThanOrEqual(2)
      to.driver.script = {}
      expect(await (await made.open()).run()).toMatchObject({ phase: 'completed' })
      expect(await made.arrived()).toEqual(namesOf(few(10)))
    },
  )

  test.for(['permission_denied', 'not_found', 'read_only'] as const)('of the source is its own: %s', async (code) => {
    const from = side({
      before: ({ operation, path }) => void (operation === 'read' && path === '1.dcm' && failing(code)),
    })
    const made = await rig({ entries: few(3), from })
    const { progress, phase } = await (await made.open()).run()

    expect({ phase, failed: progress.failed.entries, done: progress.done.entries }).toEqual({
      phase: 'completed',
      failed: 1,
      done: 2,
    })
  })

  test('of the source in mid-body is its own too, also while it is only compared', async () => {
    const from = side(
      {
        body: async function* () {
          yield new Uint8Array(1)
          failing('not_found')
        },
      },
      [],
    )
    const to = side()
    await fill(to.direct, few(2), 5)
    const made = await rig({ entries: few(2), from, to })
    expect(await (await made.open()).run()).toMatchObject({ phase: 'completed', progress: { failed: { entries: 2 } } })
  })

  test('waits as long as it was told to', async () => {
    const to = side({ before: (call) => void (first(call) && failing('rate_limited', { retryAfter: 120 })) })
    const made = await rig({ entries: few(1), to })
    const job = await made.open()
    const delays: number[] = []
    job.on('entry:retry', ({ delay }) => void delays.push(delay))
    await job.run()
    expect(delays).toEqual([120])
  })

  test('is given up after so many attempts, and tried again on request', async () => {
    const to = side({ before: ({ operation }) => void (operation === 'write' && failing('unavailable')) })
    const made = await rig({ entries: few(2), to })
    const job = await made.open({ limits: { attempts: 3 } })
    expect(await job.run()).toMatchObject({ phase: 'completed', progress: { failed: { entries: 2 }, retries: 4 } })
    expect(to.driver.count('write')).toBe(6)

    to.driver.script = {}
    expect(await job.retry()).toMatchObject({ phase: 'completed', progress: { failed: { entries: 0 } } })
    expect(await made.arrived()).toEqual(namesOf(few(2)))
  })

  test('costs of a budget that all entries share', async () => {
    const to = side({ before: ({ operation }) => void (operation === 'write' && failing('unavailable')) })
    const made = await rig({ entries: few(10), to })
    const { progress } = await (await made.open({ limits: { retries: 5 } })).run()
    expect(progress).toMatchObject({ retries: 5, failed: { entries: 10 } })
  })

  test('that hangs is given up, on either side', async () => {
    const stuck = async (call: ScriptedCall) => {
      if ((call.operation === 'read' || call.operation === 'write') && call.nth === 1) await hang(call)
    }
    const made = await rig({ entries: few(2), from: side({ before: stuck }), to: side({ before: stuck }) })
    const { progress, phase } = await (await made.open({ stall: 100 })).run()
    expect({ phase, done: progress.done.entries }).toEqual({ phase: 'completed', done: 2 })
    expect(progress.retries).toBeGreaterThanOrEqual(2)
  })

  test('whose answer was lost is not sent again', async () => {
    const to = side({ after: (call) => void (call.operation === 'write' && call.nth === 1 && failing('unavailable')) })
    const made = await rig({ entries: few(5), to })
    expect(await (await made.open()).run()).toMatchObject({ unverified: 0, progress: { done: { entries: 5 } } })
    expect(to.driver.count('write')).toBe(5)
  })
})

describe('a source that is not what was planned', () => {
  const planned = async (change: (contents: Map<string, { entry: Entry; chunks: readonly Uint8Array[] }>) => void) => {
    const from = side({}, [])
    const made = await rig({ entries: few(3), from })
    const job = await made.open()
    await job.plan()
    change(from.contents.entries)
    const { phase, progress } = await job.run()
    expect({ phase, done: progress.done.entries, failed: progress.failed.entries }).toEqual({
      phase: 'completed',
      done: 2,
      failed: 1,
    })
    expect(await made.arrived()).toHaveLength(2)
    const [failure] = await all(made.journal.failures())
    return failure?.code
  }

  test('changed', async () => {
    const code = await planned((entries) => {
      const entry = entries.get('1.dcm')?.entry as Entry
      entries.set('1.dcm', { entry: { ...entry, version: 'new' }, chunks: [new Uint8Array(1000)] })
    })
    expect(code).toBe('precondition_failed')
  })

  test('grew', async () => {
    const code = await planned((entries) => {
      const entry = entries.get('1.dcm')?.entry as Entry
      entries.set('1.dcm', { entry: { ...entry, size: 2000 }, chunks: [new Uint8Array(2000)] })
    })
    expect(code).toBe('precondition_failed')
  })

  test.for([
    ['more', [1000, 1]],
    ['fewer', [999]],
  ] as const)('gives %s bytes than it says', async ([, lengths]) => {
    const from = side({
      body: async function* ({ path }, body) {
        if (path === '1.dcm') for (const length of lengths) yield new Uint8Array(length)
        else yield* body
      },
    })
    const made = await rig({ entries: few(3), from })
    const { progress } = await (await made.open({ limits: { attempts: 2 } })).run()
    expect(progress).toMatchObject({ retries: 1, done: { entries: 2 }, failed: { entries: 1 } })
    expect(await all(made.journal.failures())).toMatchObject([{ path: '1.dcm', code: 'integrity' }])
    expect(await made.arrived()).toHaveLength(2)
  })

  test('vanished', async () => {
    expect(await planned((entries) => void entries.delete('1.dcm'))).toBe('not_found')
  })
})

describe('a destination', () => {
  test('that says what it stored is believed when it is what was sent', async () => {
    const made = await rig({ entries: few(2) })
    expect(await (await made.open()).run()).toMatchObject({ unverified: 0 })
    const receipts = await all(made.journal.receipts())
    expect(receipts.map(({ verified, digests }) => [verified, digests.sha256?.length])).toEqual([
      [true, 64],
      [true, 64],
    ])
  })

  test('that says nothing is counted as unverified, until it is read back', async () => {
    const made = await rig({ entries: few(2), to: side({}, []) })
    expect(await (await made.open()).run()).toMatchObject({ phase: 'completed', unverified: 2 })

    const verified = await rig({ entries: few(2), to: side({}, []), spec: { verify: true } })
    expect(await (await verified.open()).run()).toMatchObject({ phase: 'completed', unverified: 0 })
  })

  test('that keeps other bytes is tried again; nothing wrong is left in the end', async () => {
    const lies = side({ entry: (entry) => ({ ...entry, digests: { sha256: '0'.repeat(64) } }) })
    const made = await rig({ entries: few(2), to: lies })
    const { progress } = await (await made.open({ limits: { attempts: 3 } })).run()
    expect(progress).toMatchObject({ retries: 4, failed: { entries: 2 } })
    expect(await all(made.journal.failures())).toMatchObject([{ code: 'integrity' }, { code: 'integrity' }])
    expect(await made.arrived()).toEqual([])
  })

  test('whose wrong bytes are not ours keeps them', async () => {
    const to = side({ entry: (entry) => ({ ...entry, digests: { sha256: '0'.repeat(64) } }) })
    to.driver.script = {
      ...to.driver.script,
      async after({ operation, path }) {
        if (operation !== 'write') return
        // Somebody else, meanwhile.
        await fill(to.direct, new Map([[path, new Uint8Array(7)]]))
      },
    }
    const made = await rig({ entries: few(1), to })
    await (await made.open({ limits: { attempts: 1 } })).run()
    expect(await made.arrived()).toHaveLength(1)
  })
})

describe('a job', () => {
  test('stops when it is told to, at any instant, and goes on where it stood', async () => {
    const entries = few(250)
    let countdown = Number.POSITIVE_INFINITY
    let stop = () => {}
    const tick = async () => {
      countdown -= 1
      if (countdown === 0) stop()
      await new Promise((resolve) => setImmediate(resolve))
    }
    const made = await rig({
      entries,
      from: side({ before: tick, after: tick }),
      to: side({ before: tick, after: tick }),
    })
    let runs = 0
    let sums: Progress | undefined
    for (let phase = 'draft'; phase !== 'completed'; runs += 1) {
      const job = await made.open()
      const paused: Promise<void>[] = []
      countdown = 1 + ((runs * 97) % 900)
      stop = () => void paused.push(job.pause())
      const result = await job.run()
      await Promise.all(paused)
      phase = result.phase
      expect(['paused', 'ready', 'completed']).toContain(phase)
      sums = result.progress
    }
    expect(sums).toMatchObject({ total: { entries: 250 }, failed: { entries: 0 } })
    expect((sums?.done.entries ?? 0) + (sums?.skipped.entries ?? 0)).toBe(250)
    expect(runs).toBeGreaterThan(5)
    expect(await made.arrived()).toEqual(namesOf(entries))
    // What was written was not written again, though many answers came after the stop.
    const writes = made.to.driver.calls.filter(({ operation }) => operation === 'write')
    expect(new Set(writes.map(({ path }) => path)).size).toBe(entries.size)
  })

  test('is paused by a signal, and leaves no listener on it', async () => {
    const controller = new AbortController()
    let listeners = 0
    const { signal } = controller
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    Object.assign(signal, {
      addEventListener: (...args: Parameters<typeof add>) => ((listeners += 1), add(...args)),
      removeEventListener: (...args: Parameters<typeof remove>) => ((listeners -= 1), remove(...args)),
    })
    const to = side({
      before: ({ operation, path }) => {
        if (operation === 'write' && path === '40.dcm') controller.abort()
      },
    })
    const made = await rig({ entries: few(300), to, spec: { concurrency: 2 } })
    const job = await made.open()
    expect(await job.run({ signal })).toMatchObject({ phase: 'paused' })
    expect(listeners).toBe(0)
    expect(await job.run({ signal })).toMatchObject({ phase: 'paused' })
    expect(await job.run()).toMatchObject({ phase: 'completed' })
  })

  test('runs once at a time', async () => {
    const made = await rig({ entries: few(20) })
    const job = await made.open()
    const running = job.run()
    await expect(job.run()).rejects.toMatchObject({ code: 'already_exists' })
    await running
    expect(await job.run()).toMatchObject({ phase: 'completed' })
  })

  test('is cancelled at any time, by whoever asks', async () => {
    const made = await rig({ entries: few(50), spec: { concurrency: 4 } })
    const job = await made.open()
    made.to.driver.script = { after: ({ path }) => void (path === '10.dcm' && void job.cancel()) }
    expect(await job.run()).toMatchObject({ phase: 'cancelled' })
    expect(await job.run()).toMatchObject({ phase: 'cancelled' })

    const draft = await (await rig({ entries: few(1) })).open()
    await draft.cancel()
    expect(await draft.run()).toMatchObject({ phase: 'cancelled' })
  })

  test('fails, and does not hang, when its journal is closed under it', async () => {
    const made = await rig({ entries: few(50), spec: { concurrency: 2 } })
    const job = await made.open()
    const ended = all(job.events())
    made.to.driver.script = { after: ({ path }) => void (path === '10.dcm' && void made.journal.close()) }
    await expect(job.run()).rejects.toMatchObject({ code: 'read_only' })
    await expect(job.run()).rejects.toBeInstanceOf(GantryError)
    await expect(job.pause()).rejects.toBeInstanceOf(GantryError)
    await ended
  })

  test('tells what it does, in order', async () => {
    const to = side({ before: (call) => void (first(call) && failing('unavailable')) })
    await fill(to.direct, new Map([['1.dcm', few(2).get('1.dcm') as Uint8Array]]))
    const made = await rig({ entries: few(3), to, spec: { concurrency: 1 } })
    const job = await made.open()
    const heard: JobEvent[] = []
    const iterated = all(job.events())
    for (const type of ['phase', 'entry:start', 'entry:done', 'entry:skip', 'entry:retry', 'complete'] as const) {
      job.on(type, (event) => void heard.push(event))
    }
    await job.run()
    const told = (events: readonly JobEvent[]) =>
      events
        .filter(({ type }) => type !== 'progress')
        .map((event) => ('path' in event ? `${event.type} ${event.path}` : 'phase' in event ? event.phase : event.type))
    expect(told(heard)).toEqual([
      'planning',
      'ready',
      'running',
      'entry:start 0.dcm',
      'entry:retry 0.dcm',
      'entry:start 0.dcm',
      'entry:done 0.dcm',
      'entry:start 1.dcm',
      'entry:skip 1.dcm',
      'entry:start 2.dcm',
      'entry:done 2.dcm',
      'completed',
      'complete',
    ])
    expect(told(await iterated)).toEqual(told(heard))
  })

  test('never says that it did less than before', async () => {
    const from = side({
      body: async function* ({ nth }, body) {
        for await (const chunk of body) {
          yield chunk
          if (nth === 1) failing('unavailable')
        }
      },
    })
    const made = await rig({ entries: few(30, 50_000), from, spec: { concurrency: 3 } })
    const job = await made.open()
    const seen: number[] = []
    const look = () => void seen.push(job.progress.bytes)
    job.on('entry:start', look)
    job.on('entry:retry', look)
    job.on('entry:done', look)
    const { progress } = await job.run()
    expect(seen.toSorted((a, b) => a - b)).toEqual(seen)
    expect(progress.bytes).toBe(progress.total.bytes)
  })

  test('limits what is on its way to its bandwidth', async () => {
    const made = await rig({ entries: few(8, 100_000), spec: { bandwidth: 400_000, concurrency: 8 } })
    const job = await made.open()
    const began = performance.now()
    await job.run()
    // A quarter of a second is there to begin with; more time than that it may always take.
    expect((performance.now() - began) / 1000).toBeGreaterThan((800_000 - 100_000) / 400_000 - 0.3)
  })

  test('keeps its counts true at every event', async () => {
    const made = await rig({ entries: few(40) })
    const job = await made.open()
    const wrong: JobState[] = []
    job.on('entry:done', () => {
      const { total, pending, inFlight, done, skipped, failed } = job.state
      const sum = pending.entries + inFlight.size + done.entries + skipped.entries + failed.entries
      if (sum !== total.entries) wrong.push(job.state)
    })
    await job.run()
    expect(wrong).toEqual([])
  })
})
