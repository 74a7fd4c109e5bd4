import { describe, expect, test } from 'vitest'

import { requeueGone } from './requeue-gone.ts'
import { all } from './testing/all.ts'
import { contentsOf, fill, namesOf } from './testing/contents.ts'
import { failing, few, rig, type Rig, side } from './testing/rig.ts'

const { signal } = new AbortController()

/** One of three was there, one is sent, and then the process is gone. */
async function brokenOff(): Promise<Rig> {
  const entries = few(3)
  const to = side()
  await fill(to.direct, new Map([...entries].slice(0, 1)))
  const made = await rig({ entries, to, spec: { concurrency: 1 } })
  const job = await made.open()
  const stop = new AbortController()
  job.on('entry:done', () => stop.abort())
  const result = await job.run({ signal: stop.signal })
  expect(result).toMatchObject({ phase: 'paused', progress: { done: { entries: 1 }, skipped: { entries: 1 } } })
  return made
}

describe('requeueGone', () => {
  test('what was done or skipped and is gone is sent by a retry', async () => {
    const made = await brokenOff()
    const { journal, to } = made
    to.contents.entries.clear()
    expect(await requeueGone({ to: to.store, journal, signal })).toBe(2)
    expect(await all(journal.failures())).toMatchObject([{ code: 'not_found' }, { code: 'not_found' }])
    const result = await (await made.open()).retry()
    expect(result.progress).toMatchObject({ done: { entries: 3 }, failed: { entries: 0 } })
    expect(await contentsOf(to.direct)).toEqual(namesOf(few(3)))
  })

  test('of more than are asked for, each is looked for once one of them is gone', async () => {
    const entries = few(9)
    const made = await rig({ entries, spec: { concurrency: 1 } })
    const { journal, to } = made
    await (await made.open()).run()
    const asked: string[] = []
    to.driver.script = { before: ({ operation, path }) => void (operation === 'stat' && asked.push(path ?? '')) }
    const some = async () => await requeueGone({ to: to.store, journal, signal, most: 3 })
    expect(await some()).toBe(0)
    const spread = [...asked]
    expect(spread).toHaveLength(3)

    const [one = '', other = ''] = [...entries.keys()].filter((path) => !spread.includes(path))
    to.contents.entries.delete(one)
    expect(await some()).toBe(0)
    for (const path of [spread[0] ?? '', other]) to.contents.entries.delete(path)
    expect(await some()).toBe(3)
  })

  test('what is there stays done', async () => {
    const { journal, to } = await brokenOff()
    expect(await requeueGone({ to: to.store, journal, signal })).toBe(0)
    expect(await all(journal.failures())).toEqual([])
  })

  test('a destination that does not let one look is said, and one that cannot be reached fails', async () => {
    const { journal, to } = await brokenOff()
    to.driver.script = { before: ({ operation }) => (operation === 'stat' ? failing('permission_denied') : undefined) }
    expect(await requeueGone({ to: to.store, journal, signal })).toBeUndefined()
    to.driver.script = { before: ({ operation }) => (operation === 'stat' ? failing('unauthenticated') : undefined) }
    await expect(requeueGone({ to: to.store, journal, signal })).rejects.toMatchObject({ code: 'unauthenticated' })
  })
})
