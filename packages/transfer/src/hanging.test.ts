import { describe, expect, test } from 'vitest'

import { all } from './testing/all.ts'
import { parcelSide } from './testing/parcel-side.ts'
import { failing, few, rig, type Side, side } from './testing/rig.ts'
import { deaf, type Operation } from './testing/scripted-driver.ts'

const mebibyte = 1024 * 1024
const options = { stall: 200, limits: { attempts: 2 } }

const small = few(1)
const large = few(1, 20 * mebibyte)
const plain = () => side()
const unlisted = () => side({ before: ({ operation }) => void (operation === 'list' && failing('permission_denied')) })
const taking = () => parcelSide({ store: { unit: { entries: 10, bytes: mebibyte }, resumable: false } })
const giving = () => parcelSide({ fetch: { unit: { entries: 10, bytes: mebibyte }, sideBySide: false } })

/** Operations of a job's course; `at` is the store that never answers. */
const moving = [
  { what: 'read', at: 'from', entries: small, from: plain, to: plain },
  { what: 'write', at: 'to', entries: small, from: plain, to: plain },
  { what: 'stat', at: 'to', entries: small, from: plain, to: unlisted },
  { what: 'begin', at: 'to', entries: large, from: plain, to: plain },
  { what: 'putPart', at: 'to', entries: large, from: plain, to: plain },
  { what: 'complete', at: 'to', entries: large, from: plain, to: plain },
  { what: 'add', at: 'to', entries: small, from: plain, to: taking },
  { what: 'commit', at: 'to', entries: small, from: plain, to: taking },
  { what: 'fetched', at: 'from', entries: small, from: giving, to: plain },
] as const
const planning = [
  { what: 'list', at: 'from', entries: small, from: plain, to: plain },
  { what: 'list', at: 'to', entries: small, from: plain, to: plain },
] as const

/** Never answers the first `times` times, and does not heed its signal; says when it was asked first. */
function silence({ driver }: Side, what: Operation, times = Number.POSITIVE_INFINITY): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const { before } = driver.script
  let asked = 0
  driver.script = {
    ...driver.script,
    async before(call) {
      await before?.(call)
      if (call.operation !== what) return
      resolve()
      asked += 1
      if (asked <= times) await deaf()
    },
  }
  return promise
}

async function made(
  { what, at, entries, from, to }: (typeof moving)[number] | (typeof planning)[number],
  times?: number,
) {
  const ready = await rig({ entries, from: from(), to: to() })
  return { ...ready, asked: silence(ready[at], what, times) }
}

describe('a store that never answers, and does not heed its signal,', () => {
  test.for([...moving, ...planning])('is asked again: $what, $at', async (wanted) => {
    const { open } = await made(wanted, 1)
    expect(await (await open({ stall: 200 })).run()).toMatchObject({
      phase: 'completed',
      progress: { done: { entries: 1 }, failed: { entries: 0 } },
    })
  })

  test.for(moving)('fails the entry in the end: $what, $at', async (wanted) => {
    const { open, journal } = await made(wanted)
    expect(await (await open(options)).run()).toMatchObject({
      phase: 'completed',
      progress: { failed: { entries: 1 } },
    })
    expect(await all(journal.failures())).toMatchObject([{ code: 'timeout' }])
  })

  test.for([...moving, ...planning])('keeps no job from being paused: $what, $at', async (wanted) => {
    const { open, asked } = await made(wanted)
    const job = await open({ ...options, stall: 300 })
    const run = job.run()
    await asked
    await job.pause()
    expect(await run).toMatchObject({ phase: 'paused' })
  })

  test('keeps no job from being cancelled, also where it is asked to remove what is unfinished', async () => {
    const { open, to, asked } = await made(moving[4])
    const job = await open({ ...options, stall: 300 })
    const run = job.run()
    await asked
    void silence(to, 'abort')
    await job.cancel()
    expect(await run).toMatchObject({ phase: 'cancelled' })
  })

  test('keeps no entries that are handed in from being given up', async () => {
    const { open } = await rig({ entries: small })
    const { promise: asked, resolve } = Promise.withResolvers<void>()
    const next = async () => {
      resolve()
      return await deaf()
    }
    const job = await open({ ...options, entries: () => ({ [Symbol.asyncIterator]: () => ({ next }) }) })
    const run = job.run()
    await asked
    await job.pause()
    expect(await run).toMatchObject({ phase: 'paused' })
  })
})
