import { expect, onTestFinished, test } from 'vitest'

import { Store } from '@gantry/core'
import { memory } from '@gantry/memory'
import { s3 } from '@gantry/s3'
import { startS3Server } from '@gantry/testkit/s3-server'

import { createJobSpec } from './create-job-spec.ts'
import { memoryJournal } from './journal/memory-journal.ts'
import { openJob } from './open-job.ts'
import { all } from './testing/all.ts'
import { contentsOf, fill, namesOf } from './testing/contents.ts'
import { randomBytesFrom } from './testing/random.ts'
import { failing } from './testing/rig.ts'
import { ScriptedDriver } from './testing/scripted-driver.ts'

const movie = new Map([['movie.dcm', randomBytesFrom(7, 17 * 1024 * 1024)]])

/** A job of its own, with a source and a store of its own, to the one bucket. */
async function jobTo(bucket: () => ReturnType<typeof s3>) {
  const driver = new ScriptedDriver(bucket())
  const to = new Store(driver)
  const source = new ScriptedDriver(memory())
  const from = new Store(source)
  await fill(from, movie)
  const journal = memoryJournal(createJobSpec({ from: 'memory:a', to: 's3://gantry', concurrency: 1 }))
  onTestFinished(async () => {
    await journal.close()
    await to.close()
  })
  const job = await openJob({ from, to, journal, retryTiming: { base: 1, longest: 5 }, stall: 10_000 })
  return { job, driver, source, journal }
}

/** Two jobs to one place; the first has an upload under way: with one part, or with none yet. */
async function twoJobs(parts: 0 | 1) {
  const server = await startS3Server({ buckets: ['gantry'] })
  onTestFinished(() => server.close())
  const { url: endpoint, region, credentials } = server
  const bucket = () => s3({ bucket: 'gantry', endpoint, region, credentials })
  const first = await jobTo(bucket)
  const waits: { go?: () => void; reached?: () => void } = {}
  const reached = new Promise<void>((resolve) => (waits.reached = resolve))
  const goesOn = new Promise<void>((resolve) => (waits.go = resolve))
  first.driver.script = {
    async before({ operation, part = 0 }) {
      if (operation !== 'putPart' || part <= parts) return
      await goesOn
    },
    after({ operation }) {
      if (operation === (parts === 0 ? 'begin' : 'putPart')) waits.reached?.()
    },
  }
  const running = first.job.run()
  await reached
  const direct = new Store(bucket())
  onTestFinished(() => direct.close())
  const [theirs] = await all(direct.uploads?.unfinished() ?? [])
  return { first, running, theirs, goOn: () => waits.go?.(), second: await jobTo(bucket), direct }
}

/** Both come to their ends, the first with the upload that it began; nothing is left. */
async function expectBoth({ first, running, theirs, goOn, second, direct }: Awaited<ReturnType<typeof twoJobs>>) {
  expect(await second.job.run()).toMatchObject({ phase: 'completed', progress: { failed: { entries: 0 } } })
  expect(await all(direct.uploads?.unfinished() ?? [])).toEqual([theirs])
  goOn()
  expect(await running).toMatchObject({ phase: 'completed', progress: { failed: { entries: 0 } } })
  expect(first.driver.count('complete')).toBe(1)
  expect(await all(direct.uploads?.unfinished() ?? [])).toEqual([])
  expect(await contentsOf(direct)).toEqual(namesOf(movie))
}

test.for([0, 1] as const)(
  "a retry leaves another job's upload of %i parts to the same path alone",
  { timeout: 60_000 },
  async (parts) => {
    const both = await twoJobs(parts)
    const { source } = both.second
    source.script = {
      before: ({ operation, nth }) => void (operation === 'stat' && nth === 1 && failing('unavailable')),
    }

    await expectBoth(both)
    expect(source.count('stat')).toBeGreaterThan(1)
  },
)

test('an upload of which the answer was lost is removed, and no other one', { timeout: 60_000 }, async () => {
  const both = await twoJobs(1)
  const { driver } = both.second
  driver.script = { after: ({ operation, nth }) => void (operation === 'begin' && nth === 1 && failing('unavailable')) }

  await expectBoth(both)
  expect(driver.count('begin')).toBe(2)
})
