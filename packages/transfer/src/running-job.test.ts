import { GantryError, type JobState, type Progress } from '@gantry/core'
import { describe, expect, test } from 'vitest'

import type { JobEvent, StreamedEvent } from './job-event.ts'
import { askedSignal } from './platform/asked-signal.ts'
import { all } from './testing/all.ts'
import { fill, namesOf } from './testing/contents.ts'
import { failing, few, rig, side } from './testing/rig.ts'
import type { ScriptedCall } from './testing/scripted-driver.ts'

const first = ({ operation, path, nth }: ScriptedCall) => operation === 'write' && path === '0.dcm' && nth === 1

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

  test('asks its signal before what was written is published, for a moment of which no timer tells', async () => {
    const entries = few(40)
    let due = false
    const to = side({
      before({ operation, nth }) {
        if (operation === 'write' && nth === 1) due = true
      },
    })
    const made = await rig({ entries, from: side({}), to })
    const controller = new AbortController()
    const signal = askedSignal(
      controller,
      () => due,
      () => 'too late',
    )
    const job = await made.open()
    expect(await job.run({ signal })).toMatchObject({ phase: 'paused', progress: { failed: { entries: 0 } } })
    expect(controller.signal.reason).toBe('too late')
    expect(await made.arrived()).toEqual([])
    expect(await (await made.open()).run()).toMatchObject({ phase: 'completed' })
    expect(await made.arrived()).toEqual(namesOf(entries))
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

  test('is what it is where it is stopped before it begins', async () => {
    const made = await rig({ entries: few(2) })
    const job = await made.open()
    const signal = AbortSignal.abort()
    const stopped = await job.run({ signal })
    expect(stopped).toMatchObject({ phase: 'paused', progress: { phase: 'paused' } })
    await job.plan()
    expect(await job.run({ signal })).toMatchObject({ phase: 'ready', progress: { phase: 'ready' } })
    await job.run()
    expect(await job.run({ signal })).toMatchObject({ phase: 'completed', progress: { phase: 'completed' } })
  })

  test('is stopped by a signal while it plans', async () => {
    const controller = new AbortController()
    const from = side({ before: ({ operation }) => void (operation === 'list' && controller.abort()) })
    const job = await (await rig({ entries: few(2), from })).open()
    expect(await job.plan({ signal: controller.signal })).toMatchObject({ phase: 'paused' })
    expect(await job.plan({ signal: controller.signal })).toMatchObject({ phase: 'paused' })
    expect(await job.plan()).toMatchObject({ phase: 'ready', progress: { total: { entries: 2 } } })
  })

  test('is iterated to the end of its run, and not at all when it is over', async () => {
    const made = await rig({ entries: few(2) })
    const job = await made.open()
    await job.run()
    expect(await all(job.events())).toEqual([])
    const again = all(job.events())
    await job.retry()
    expect((await again).at(-1)).toMatchObject({ type: 'complete', result: { phase: 'completed' } })
  })

  test('runs once at a time, also where its journal is opened twice', async () => {
    const made = await rig({ entries: few(20) })
    const [one, two] = [await made.open(), await made.open()]
    const run = one.run()
    await expect(two.run()).rejects.toMatchObject({ code: 'already_exists' })
    expect(await run).toMatchObject({ phase: 'completed' })
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
    const told = (events: readonly StreamedEvent[]) =>
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

  test.each(['spec', 'pace'] as const)('limits what is on its way to its bandwidth, as the %s says', async (by) => {
    const limit = { bandwidth: 400_000, concurrency: 8 }
    const made = await rig({ entries: few(8, 100_000), spec: by === 'spec' ? limit : { bandwidth: 1_000 } })
    const job = await made.open(by === 'pace' ? { pace: limit } : {})
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
