import { describe, expect, test } from 'vitest'

import { all } from './testing/all.ts'
import { fill } from './testing/contents.ts'
import { few, rig, side } from './testing/rig.ts'

describe('a plan', () => {
  test.each([2 ** 60, Number.NaN, -1, 0.5])('refuses what is said to be of a length that is none: %d', async (size) => {
    const from = side({ entry: (entry) => (entry.path === '2.dcm' ? entry : { ...entry, size }) })
    const to = side({ entry: (entry) => ({ ...entry, size }) })
    await fill(to.direct, few(1))
    const made = await rig({ entries: few(3), from, to })
    const { progress } = await (await made.open({ entries: () => from.store.list() })).plan()
    expect(progress).toMatchObject({ total: { entries: 3, bytes: 1000 }, sized: true })
    const planned = await all(made.journal.planned())
    expect(planned.map(({ target, refusal }) => [target, refusal?.code])).toEqual([
      ['', 'invalid'],
      ['', 'invalid'],
      ['2.dcm', undefined],
    ])
  })

  test('counts more bytes than an integer can', async () => {
    const from = side({ entry: (entry) => ({ ...entry, size: Number.MAX_SAFE_INTEGER }) })
    const made = await rig({ entries: few(3), from })
    await (await made.open()).plan()
    const record = await made.journal.load()
    expect(record.total).toEqual({ entries: 3, bytes: 3 * Number.MAX_SAFE_INTEGER })
  })
})
