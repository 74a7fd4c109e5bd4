import { utimesSync } from 'node:fs'

import { type JobSpec, Store } from '@gantry/core'
import { fs } from '@gantry/fs'
import { memory } from '@gantry/memory'
import { createJobSpec, type JobFolder, jobFolder } from '@gantry/transfer'
import { expect, test } from 'vitest'

import { Workbench } from '../../testing/workbench.ts'
import { cleanUpJob } from './clean-up-job.ts'

const minutes = 60_000

test('what others write at the destination stays, when a job is cleaned up that was killed long before', async () => {
  await using bench = await Workbench.make()
  await bench.write('dst/there.dcm', 'there')
  const folder = jobFolder(bench.path('jobs'))
  const spec = { ...createJobSpec({ from: 'memory:///a', to: 'memory:///b' }), created: Date.now() - 60 * minutes }
  const killed = await kill(folder, spec)
  const agoInSeconds = (Date.now() - 10 * minutes) / 1000
  utimesSync(bench.path('jobs', `${killed}.job`), agoInSeconds, agoInSeconds)

  const to = new Store(fs({ root: bench.path('dst') }))
  const more = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  const writing = to.write(
    { path: 'beside.dcm' },
    (async function* () {
      yield new Uint8Array(5)
      begun.resolve()
      await more.promise
      yield new Uint8Array(5)
    })(),
  )
  await begun.promise
  await to.uploads?.begin({ path: 'killed.dcm', size: 10 })
  const before = await bench.files('dst')

  const unreachable = () => Promise.reject(new Error('The destination is away.'))
  await expect(cleanUpJob(folder, killed, unreachable)).rejects.toThrow('away')
  // What the first attempt wrote to the journal makes nothing its own.
  expect(await cleanUpJob(folder, killed, () => to)).toBe(true)
  expect(await bench.files('dst')).toEqual(before)
  more.resolve()
  await writing
  expect(await cleanUpJob(folder, killed, () => to)).toBe(false)
})

test('what a job had in flight as it was killed is removed', async () => {
  await using bench = await Workbench.make()
  const folder = jobFolder(bench.path('jobs'))
  const to = new Store(memory())
  const killed = await kill(folder, createJobSpec({ from: 'memory:///a', to: 'memory:///b' }))
  await to.uploads?.begin({ path: 'killed.dcm', size: 10 })
  expect(await cleanUpJob(folder, killed, () => to)).toBe(true)
  for await (const upload of to.uploads?.unfinished() ?? []) expect(upload).toBeUndefined()
})

async function kill(folder: JobFolder, spec: JobSpec): Promise<string> {
  const journal = folder.create(spec)
  await journal.addEntries([{ source: { path: 'killed.dcm', size: 10 }, target: 'killed.dcm' }])
  await journal.take(1)
  await journal.record({ type: 'phase', phase: 'running' })
  await journal.close()
  return spec.id
}
