import { flatLayout } from '@gantry/core'
import { afterEach, expect, test, vi } from 'vitest'

import { all } from './testing/all.ts'
import { rig, side } from './testing/rig.ts'

const stall = 200

afterEach(() => void vi.useRealTimers())

/** Every file of as many folders is called alike. */
const alike = (count: number) =>
  new Map(Array.from({ length: count }, (_, index) => [`d${index}/IM0001.dcm`, Uint8Array.of(1)]))

/** A journal each of whose writes of this kind takes most of the time that is taken for a stall. */
function slow<Made extends object>(journal: Made, call: keyof Made): void {
  const write = (journal[call] as (...args: unknown[]) => Promise<unknown>).bind(journal)
  const written = async (...args: unknown[]) => {
    vi.advanceTimersByTime(stall * 0.7)
    return await write(...args)
  }
  Object.assign(journal, { [call]: written })
}

test('files of one name are told apart in one plan, however long that takes', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  const made = await rig({ entries: alike(3500) })
  slow(made.journal, 'retarget')
  const result = await (await made.open({ layout: flatLayout, stall })).plan()
  expect(result).toMatchObject({ phase: 'ready', progress: { total: { entries: 3500 } } })
  expect(made.from.driver.count('list')).toBe(1)
  const targets = (await all(made.journal.planned())).map(({ target }) => target)
  expect(new Set(targets).size).toBe(3500)
  expect(targets.filter((target) => /^IM0001-[0-9a-f]{8}\.dcm$/u.test(target))).toHaveLength(3499)
})

test('so are images that a source has again and again, where paths name images', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  const made = await rig({ entries: alike(3500), to: side({ abilities: { layout: '{StudyInstanceUID}' } }) })
  slow(made.journal, 'pair')
  const result = await (await made.open({ layout: flatLayout, stall })).plan()
  expect(result).toMatchObject({ phase: 'ready' })
  expect(made.from.driver.count('list')).toBe(1)
  expect(new Set((await all(made.journal.planned())).map(({ target }) => target))).toEqual(new Set(['IM0001.dcm']))
})
