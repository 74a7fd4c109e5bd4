import { describe, expect, test } from 'vitest'

import { all } from './testing/all.ts'
import { namesOf } from './testing/contents.ts'
import { parcelSide } from './testing/parcel-side.ts'
import { failing, few, rig, side } from './testing/rig.ts'
import type { Script } from './testing/scripted-driver.ts'

const unit = { entries: 8, bytes: 1e9 }
const taken = { store: { unit, resumable: true } }

/** Bodies of these end with an error that may pass, and never does; `times` where it does. */
function rotten(paths: readonly string[], times = Number.POSITIVE_INFINITY): Script {
  return {
    async *body({ path, nth }, body) {
      yield* body
      if (paths.includes(path) && nth <= times) failing('integrity')
    },
  }
}

describe('a unit that is given up', () => {
  test.for([
    ['single entries', () => side(rotten(['1.dcm', '4.dcm']))],
    ['parcels', () => given(rotten(['1.dcm', '4.dcm']))],
  ] as const)('for what a source of %s fails at goes on without that', async ([, open]) => {
    const to = parcelSide(taken)
    const made = await rig({ entries: few(6), from: open(), to })
    const job = await made.open({ limits: { attempts: 3 } })
    const heard: string[] = []
    job.on('entry:error', ({ path }) => heard.push(path))
    const { phase, progress } = await job.run()
    expect(phase).toBe('completed')
    expect(progress).toMatchObject({ done: { entries: 4 }, failed: { entries: 2 } })
    const sound = new Map([...few(6)].filter(([name]) => !['1.dcm', '4.dcm'].includes(name)))
    expect(await made.arrived()).toEqual(namesOf(sound))
    expect(heard).toEqual(['1.dcm', '4.dcm'])
    const why = { code: 'integrity', message: 'As the script says.' }
    expect(await all(made.journal.failures())).toMatchObject([
      { path: '1.dcm', ...why },
      { path: '4.dcm', ...why },
    ])
    expect([to.contents.parcels.size, await all(made.journal.parcels())]).toEqual([0, []])
  })

  test('gives another go to what failed for the first time', async () => {
    const script = rotten(['1.dcm'])
    const once = rotten(['4.dcm'], 1)
    const from = side({
      body: (call, body) => (call.path === '4.dcm' ? once : script).body?.(call, body) ?? body,
    })
    const made = await rig({ entries: few(6), from, to: parcelSide(taken) })
    const { progress } = await (await made.open({ limits: { attempts: 2 } })).run()
    expect(progress).toMatchObject({ done: { entries: 5 }, failed: { entries: 1 } })
  })

  test('is begun once more after a wait as any other, and as often as the job may try again', async () => {
    for (const { retries, ends } of [
      { retries: 100, ends: { done: { entries: 6 }, retries: 6 } },
      { retries: 3, ends: { failed: { entries: 6 }, retries: 3 } },
    ]) {
      const from = side({
        // Another one in each attempt, which the parcel is lost with.
        async *body({ nth }, body) {
          yield* body
          if (nth === 1) failing('unavailable', { retryAfter: 20 })
        },
      })
      const made = await rig({ entries: few(6), from, to: parcelSide({ store: { unit, resumable: false } }) })
      const job = await made.open({ limits: { attempts: 2, retries } })
      const delays: number[] = []
      job.on('entry:retry', ({ delay }) => delays.push(delay))
      const { progress } = await job.run()
      expect(progress).toMatchObject(ends)
      expect(delays).toEqual(Array.from({ length: 6 * ends.retries }, () => 20))
    }
  })

  test('for what the destination fails at leaves nothing there, and says of each entry what it knows', async () => {
    const to = parcelSide(taken)
    to.driver.script = {
      before: ({ operation, path }) => void (operation === 'add' && path === '2.dcm' && failing('unavailable')),
    }
    const made = await rig({ entries: few(4), to })
    const { phase, progress } = await (await made.open({ limits: { attempts: 2 } })).run()
    expect(phase).toBe('completed')
    expect(progress).toMatchObject({ failed: { entries: 4 }, retries: 1 })
    const messages = new Map((await all(made.journal.failures())).map(({ path, message }) => [path, message]))
    const others = expect.stringMatching(/nothing of that was written/u)
    expect(Object.fromEntries(messages)).toEqual({
      '0.dcm': others,
      '1.dcm': others,
      '2.dcm': 'As the script says.',
      '3.dcm': others,
    })
    expect([to.contents.parcels.size, await all(made.journal.parcels())]).toEqual([0, []])
  })

  test('with its destination leaves nothing there, or else what it left stays in the journal', async () => {
    for (const isReached of [true, false]) {
      const to = parcelSide(taken)
      to.driver.script = {
        before: ({ operation }) => void (operation === 'commit' && failing('unavailable')),
      }
      const made = await rig({ entries: few(4), to })
      const { parcels } = to.driver
      if (!isReached && parcels !== undefined) Object.assign(parcels, { discard: async () => failing('unavailable') })
      const { progress } = await (await made.open({ limits: { attempts: 2 } })).run()
      expect(progress.failed.entries).toBe(4)
      const left = isReached ? 0 : 1
      expect([to.contents.parcels.size, (await all(made.journal.parcels())).length]).toEqual([left, left])
    }
  })
})

function given(script: Script) {
  const from = parcelSide({ fetch: { unit, sideBySide: false } })
  from.driver.script = script
  return from
}
