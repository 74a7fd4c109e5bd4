import { describe, expect, test } from 'vitest'

import { fill, namesOf } from './testing/contents.ts'
import { few, rig, side } from './testing/rig.ts'

const entries = few(3)

describe('bytes that are read only to compare them', () => {
  test('are counted while they are read, and as such', async () => {
    const to = side({}, ['crc32'])
    await fill(to.direct, entries, 1)
    const made = await rig({ entries, from: side({}, []), to, spec: { concurrency: 1 } })
    const job = await made.open()
    const seen: number[][] = []
    made.from.driver.script = {
      async *body(_, body) {
        yield* body
        const { bytes, comparing, compared } = job.progress
        seen.push([bytes, comparing, compared])
      },
    }
    const { progress } = await job.run()
    expect(seen).toEqual([
      [0, 1000, 1000],
      [1000, 1000, 2000],
      [2000, 1000, 3000],
    ])
    expect(progress).toMatchObject({ bytes: 3000, compared: 3000, skipped: { entries: 3, bytes: 3000 } })
    expect(job.progress.rate).toBeGreaterThanOrEqual(0)
  })

  test('are not counted twice where they turn out to be others', async () => {
    const to = side({}, ['crc32'])
    await fill(to.direct, new Map([['0.dcm', new Uint8Array(1000).fill(99)]]), 1)
    const made = await rig({ entries, from: side({}, []), to })
    const { progress } = await (await made.open()).run()
    expect(progress).toMatchObject({ bytes: 3000, compared: 1000, done: { entries: 3, bytes: 3000 } })
    expect(await made.arrived()).toEqual(namesOf(entries))
  })

  test('are those that are read back, while a job verifies', async () => {
    const made = await rig({ entries, to: side({}, []), spec: { verify: true } })
    const job = await made.open()
    const seen: number[] = []
    made.to.driver.script = {
      async *body(_, body) {
        yield* body
        seen.push(job.progress.compared)
      },
    }
    const { progress } = await job.run()
    expect(seen.at(-1)).toBe(3000)
    expect(progress).toMatchObject({ phase: 'completed', compared: 3000 })
    expect((await job.run()).progress).toMatchObject({ compared: 0 })
  })
})
