import { GantryError, type Store } from '@gantry/core'
import type { Transform } from '@gantry/transfer'
import { expect, test } from 'vitest'

import { cancel, retry, status } from './control.ts'
import type { FleetRun } from './ledger/records.ts'
import { describeFleet, patience } from './testing/describe-fleet.ts'
import { all, contentsOf, fillStudies } from './testing/fleet-rig.ts'
import type { Prepared } from './worker/prepared.ts'
import type { WorkerLine } from './worker/worker-log.ts'

/** Of another text, and as long: what it wrote is told apart from what lies at the source. */
const masking: Transform = {
  name: 'mask',
  async *apply(_entry, body) {
    for await (const chunk of body) yield chunk.map(() => 42)
  },
}

/** Holds a part until it is told to stop. */
function holding(told: string[]): Transform {
  return {
    name: 'hold',
    async *apply(_entry, body, { signal }) {
      told.push('held')
      if (!signal.aborted) await new Promise<void>((done) => signal.addEventListener('abort', () => done()))
      yield* body
      throw new GantryError('cancelled', 'Stopped.')
    },
  }
}

async function textsOf(store: Store): Promise<string[]> {
  const texts: string[] = []
  for (const path of (await contentsOf(store)).keys()) {
    const { body } = await store.read(path)
    for (const chunk of await all(body)) texts.push(Buffer.from(chunk).toString())
  }
  return texts
}

describeFleet('what is submitted while it waits, its queue in %s', ({ rig: bare }) => {
  const rig = async () => {
    const made = await bare()
    const told: string[] = []
    const known = [masking, holding(told)]
    /** As a worker makes them: by what the run names. */
    const prepare = async ({ spec }: FleetRun) => {
      const transforms = known.filter(({ name }) => spec.transforms.includes(name))
      told.push(...transforms.map(({ name }) => `${name} begins`))
      return { from: made.from.open(), to: made.to.open(), transforms }
    }
    const log = ({ type, outcome }: WorkerLine) => type === 'part' && told.push(String(outcome))
    return {
      ...made,
      told,
      work: (more: Partial<Prepared> = {}) =>
        made.work({ log, prepare: async (run) => ({ ...(await prepare(run)), ...more }) }),
      submitAs: async (...transforms: string[]) => await made.submit({ job: { ...made.job, transforms } }),
      studies: async (run: string) => (await status(made.fleet, run)).runs[0]?.studies,
    }
  }

  test('goes as the newer submission says, and by that alone', async () => {
    const made = await rig()
    await fillStudies(made.from.store, 2, 4)
    const first = await made.submitAs()
    const second = await made.submitAs('mask')
    expect(second).toMatchObject({ studies: 2, replaced: 2, waiting: 0, differing: 0 })
    expect(await made.submitAs('mask')).toMatchObject({ studies: 0, replaced: 0, waiting: 2 })
    // Nobody was at what was replaced, so it is not in the queue any more.
    expect((await status(made.fleet, second.run)).queues).toMatchObject([{ waiting: 2 }])
    made.work()
    await expect.poll(async () => await made.studies(second.run), patience).toMatchObject({ done: 2 })
    expect(await made.studies(first.run)).toEqual({ queued: 0, done: 0, failed: 0, cancelled: 0 })
    expect(new Set(await textsOf(made.to.store))).toEqual(new Set(['*'.repeat(200)]))
  })

  test('holds what came to the source since, in more parts than before', async () => {
    const made = await rig()
    await fillStudies(made.from.store, 1, 2)
    await made.submitAs()
    await fillStudies(made.from.store, 1, 602)
    const second = await made.submitAs()
    expect(second).toMatchObject({ studies: 1, replaced: 1, parts: 2, entries: 602 })
    made.work()
    await expect.poll(async () => await made.studies(second.run), patience).toMatchObject({ done: 1 })
    expect(await contentsOf(made.to.store)).toEqual(await contentsOf(made.from.store))
  })

  test('is not forgotten where the newer one asks for less of it', async () => {
    const made = await rig()
    await fillStudies(made.from.store, 2, 4)
    const first = await made.submitAs()
    const job = { ...made.job, selection: { include: ['1.2.1/1.2.1.0/**'] } }
    // That much is moved as it is asked for.
    expect(await made.submit({ job })).toMatchObject({ studies: 0, waiting: 1, differing: 0 })
    const other = await made.submit({ job: { ...job, transforms: ['mask'] } })
    expect(other).toMatchObject({ studies: 0, waiting: 0, differing: 1, earlier: [first.run] })
    made.work()
    await expect.poll(async () => await made.studies(first.run), patience).toMatchObject({ done: 2 })
    expect(await contentsOf(made.to.store)).toEqual(await contentsOf(made.from.store))
  })

  test('is not begun before who is at the older one has let go', async () => {
    const made = await rig()
    await fillStudies(made.from.store, 1, 1)
    await made.submitAs('hold')
    for (const worker of [made, made]) worker.work()
    await expect.poll(() => made.told, patience).toContain('held')
    const second = await made.submitAs('mask')
    expect(second).toMatchObject({ studies: 1, replaced: 1 })
    await expect.poll(async () => await made.studies(second.run), patience).toMatchObject({ done: 1 })
    expect(made.told).toEqual(['hold begins', 'held', 'cancelled', 'mask begins', 'verified'])
    expect(await textsOf(made.to.store)).toEqual(['*'.repeat(200)])
  })

  test('is begun when one that died at the older one cannot be at it any more', async () => {
    const made = await rig()
    await fillStudies(made.from.store, 1, 1)
    const { run } = await made.submitAs()
    const study = made.ledger.names.study(made.job.from, made.job.to, '1.2.0')
    const dead = { holder: 'one that dies', lease: 3000 }
    expect(await made.ledger.begin({ study, run, part: 0 }, dead)).toMatchObject({ begun: 1 })
    const second = await made.submitAs('mask')
    const another = { holder: 'another', lease: 1000 }
    expect(await made.ledger.begin({ study, run: second.run, part: 0 }, another)).toBe('held')
    // Left of it, as of one that is killed.
    const [target = ''] = (await contentsOf(made.from.store)).keys()
    await made.to.store.uploads?.begin({ path: target })
    made.work()
    await expect.poll(async () => await made.studies(second.run), patience).toMatchObject({ done: 1 })
    expect(await all(made.to.store.uploads?.unfinished() ?? [])).toEqual([])
    // Its own job has nothing to do any more, and says nothing of whoever was given it first.
    expect(made.told.filter((one) => one !== 'superseded')).toEqual(['mask begins', 'verified'])
    expect(await textsOf(made.to.store)).toEqual(['*'.repeat(200)])
  })

  test('is moved as well when it was cancelled a moment before, while it was moved', async () => {
    const made = await rig()
    await fillStudies(made.from.store, 1, 2)
    const first = await made.submitAs('hold')
    made.work()
    await expect.poll(() => made.told, patience).toContain('held')
    await cancel(made.fleet, first.run)
    expect(await made.studies(first.run)).toMatchObject({ queued: 0, cancelled: 1 })
    const second = await made.submitAs()
    expect(second.studies).toBe(1)
    await expect.poll(async () => await made.studies(second.run), patience).toMatchObject({ done: 1, failed: 0 })
    expect(await contentsOf(made.to.store)).toEqual(await contentsOf(made.from.store))
  })

  test('is moved when it is submitted again after it failed for good', async () => {
    const made = await rig()
    await fillStudies(made.from.store, 1, 2)
    const first = await made.submit()
    const noPlace = () => {
      throw new GantryError('invalid', 'It has no place.')
    }
    const { stop } = made.work({ layout: noPlace })
    await expect.poll(async () => await made.studies(first.run), patience).toMatchObject({ failed: 1 })
    await stop()
    const second = await made.submit()
    made.work()
    await expect.poll(async () => await made.studies(second.run), patience).toMatchObject({ done: 1 })
    expect(await retry(made.fleet, second.run)).toEqual({ studies: 0, parts: 0 })
  })
})
