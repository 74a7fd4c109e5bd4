import { GantryError } from '@gantry/core'
import { describe, expect, test } from 'vitest'

import { all } from './testing/all.ts'
import { contentsOf, fill, namesOf } from './testing/contents.ts'
import { doubled } from './testing/doubled.ts'
import { failing, few, rig, side } from './testing/rig.ts'

const bytes = few(1)
const changed = new Map([['0.dcm', new Uint8Array(1000).fill(99)]])
const shorter = new Map([['0.dcm', new Uint8Array(999)]])
const twice = new Map([['0.dcm', new Uint8Array(2000).fill(1)]])

describe('verify', () => {
  test('finds what was damaged since, and a retry repairs it', async () => {
    const made = await rig({ entries: few(3), to: side({}, []), spec: { verify: true } })
    made.to.driver.script = {
      async after({ operation, path }) {
        if (operation !== 'write' || path !== '1.dcm') return
        made.to.driver.script = {}
        made.to.contents.entries.get(path)?.chunks[0]?.fill(0)
      },
    }
    const job = await made.open()
    const result = await job.run()
    expect(result).toMatchObject({ phase: 'completed', progress: { done: { entries: 2 }, failed: { entries: 1 } } })
    expect(await all(made.journal.failures())).toMatchObject([{ path: '1.dcm', code: 'integrity' }])

    expect(await job.retry()).toMatchObject({ progress: { done: { entries: 3 }, failed: { entries: 0 } } })
    expect(await made.arrived()).toEqual(namesOf(few(3)))
  })

  test('says of what the destination cannot give that nothing is known, and goes on', async () => {
    const made = await rig({ entries: few(3), to: side({}, []), spec: { verify: true } })
    made.to.driver.script = {
      async before({ operation, path }) {
        if (operation === 'read' && path === '1.dcm') throw new GantryError('unsupported', 'Not like that.')
      },
    }
    const result = await (await made.open()).run()
    expect(result).toMatchObject({ phase: 'completed', unverified: 1, progress: { done: { entries: 3 } } })
  })

  test('looks at what was skipped too', async () => {
    const to = side({}, [])
    await fill(to.direct, changed)
    const made = await rig({ entries: bytes, from: side({}, []), to, spec: { verify: true } })
    const job = await made.open()
    expect(await job.run()).toMatchObject({ progress: { skipped: { entries: 0 }, failed: { entries: 1 } } })
    // Nothing of it was sent.
    const message = expect.stringContaining('was taken for the same')
    expect(await all(made.journal.failures())).toMatchObject([{ code: 'integrity', message }])
    expect(await job.retry()).toMatchObject({ progress: { done: { entries: 1 }, failed: { entries: 0 } } })
    expect(await made.arrived()).toEqual(namesOf(bytes))
  })

  test.for([
    ['as it is', [], shorter, 1],
    ['after its transforms', [doubled], bytes, 1],
    ['after its transforms, and finds it the same', [doubled], twice, 0],
    ['as it is, and finds it the same', [], bytes, 0],
  ] as const)('looks at what was left because something is there, %s', async ([, transforms, there, failures]) => {
    const to = side({}, [])
    await fill(to.direct, there)
    const before = await contentsOf(to.direct)
    const spec = { verify: true, existing: 'keep', transforms: transforms.map(({ name }) => name) } as const
    const made = await rig({ entries: bytes, from: side({}, []), to, spec })
    const job = await made.open({ transforms })
    for (const run of [() => job.run(), () => job.retry()]) {
      expect(await run()).toMatchObject({ phase: 'completed', progress: { failed: { entries: failures } } })
      expect((await all(made.journal.failures())).map(({ code }) => code)).toEqual(
        failures === 1 ? ['already_exists'] : [],
      )
      expect(await contentsOf(to.direct)).toEqual(before)
    }
    const other = await rig({ entries: bytes, from: side({}, []), to, spec })
    const unasked = await other.open({ transforms, verifyKept: false })
    expect(await unasked.run()).toMatchObject({ phase: 'completed', progress: { failed: { entries: 0 } } })
  })

  test('reads again what could not be read once', async () => {
    const made = await rig({ entries: few(3), to: side({}, []), spec: { verify: true } })
    made.to.driver.script = {
      before: ({ operation, nth }) => void (operation === 'read' && nth === 1 && failing('rate_limited')),
    }
    expect(await (await made.open()).run()).toMatchObject({ phase: 'completed', unverified: 0 })
  })

  test('compares with the source what was found to be there after a lost answer', async () => {
    const to = side(
      { after: ({ operation, nth }) => void (operation === 'write' && nth === 1 && failing('unavailable')) },
      [],
    )
    const made = await rig({ entries: bytes, from: side({}, []), to, spec: { verify: true } })
    const result = await (await made.open()).run()
    expect(to.driver.count('write')).toBe(1)
    expect(result).toMatchObject({ unverified: 0, progress: { done: { entries: 1 }, failed: { entries: 0 } } })
  })

  test('can be paused', async () => {
    const made = await rig({ entries: few(30), spec: { verify: true } })
    const job = await made.open()
    made.to.driver.script = {
      before: ({ operation, path }) => void (operation === 'read' && path === '9.dcm' && void job.pause()),
    }
    expect(await job.run()).toMatchObject({ phase: 'paused' })
    made.to.driver.script = {}
    expect(await (await made.open()).run()).toMatchObject({ phase: 'completed', unverified: 0 })
  })
})
