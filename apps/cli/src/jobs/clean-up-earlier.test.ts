import { cod } from '@gantry/cod'
import { type JobSpec, Store } from '@gantry/core'
import { memory } from '@gantry/memory'
import { createJobSpec, jobFolder } from '@gantry/transfer'
import { expect, test } from 'vitest'

import { Workbench } from '../../testing/workbench.ts'
import { cleanUpEarlier } from './clean-up-earlier.ts'

const words: JobSpec = createJobSpec({ from: 'file:///a', to: 'memory:///b' })

test.for([
  ['ended', 'completed', false],
  ['did not end', 'running', true],
] as const)(
  'what a job that %s left at its destination is removed before the same is asked for again',
  async ([, phase, afresh]) => {
    await using bench = await Workbench.make()
    const folder = jobFolder(bench.path('jobs'))
    const given = new Store(memory())
    const to = new Store(cod(given))
    const series = 'studies/1.2.3.4.5.6/series/1.2.3.4.5.6.7'
    const journal = folder.create(words)
    // As a copy whose bucket went away: it took the lock, and could not give it back.
    const save = async (saved: string) => await journal.record({ type: 'saved', parcel: 'series', saved })
    await to.parcels?.open({ entries: [{ path: `${series}/instances/1.2.3.4.5.6.7.8.dcm` }], save })
    await journal.record({ type: 'phase', phase })
    await journal.close()
    const paths = async () => (await all(given.list())).map(({ path }) => path)
    expect(await paths()).toEqual([`${series}/.gradient.lock`])

    // Other words are another's affair.
    await cleanUpEarlier(folder, createJobSpec({ from: 'file:///a', to: 'memory:///c' }), to, { afresh })
    expect(await paths()).toHaveLength(1)
    if (afresh) await cleanUpEarlier(folder, words, to, { afresh: false })
    expect(await paths()).toHaveLength(1)
    await cleanUpEarlier(folder, createJobSpec({ from: 'file:///a', to: 'memory:///b' }), to, { afresh })
    expect(await paths()).toEqual([])
    const again = folder.open(words.id)
    expect(await all(again.parcels())).toEqual([])
    await again.close()
  },
)

test('what a job had in flight as it was killed is removed before the same is begun afresh', async () => {
  await using bench = await Workbench.make()
  const folder = jobFolder(bench.path('jobs'))
  const to = new Store(memory())
  const journal = folder.create(words)
  await journal.addEntries([{ source: { path: 'a.dcm', size: 10 }, target: 'a.dcm' }])
  await journal.take(1)
  await to.uploads?.begin({ path: 'a.dcm', size: 10 })
  await journal.record({ type: 'phase', phase: 'running' })
  await journal.close()
  await cleanUpEarlier(folder, createJobSpec({ from: 'file:///a', to: 'memory:///b' }), to, { afresh: true })
  expect(await all(to.uploads?.unfinished() ?? [])).toEqual([])
})

async function all<Item>(items: AsyncIterable<Item> | Iterable<Item>): Promise<Item[]> {
  const found: Item[] = []
  for await (const item of items) found.push(item)
  return found
}
