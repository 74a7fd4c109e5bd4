import { setFlagsFromString } from 'node:v8'

import { createJobSpec, jobFolder, openJob } from '@gantry/transfer'

import { nowhere, syntheticStore } from './synthetic-store.ts'

// One run in a process of its own, so that its memory is its own: plan, do all but a thousandth, reopen, finish.
// As the command line does: V8 lets its nursery grow with the machine's memory, not with need.
setFlagsFromString('--semi-space-growth-factor=1')

const [folder = '', count = '0', step = 'all'] = process.argv.slice(2)
const entries = Number(count)
const jobs = jobFolder(folder)
const stores = { from: syntheticStore(entries), to: nowhere() }
const rss = () => process.resourceUsage().maxRSS * 1024

if (step === 'all') {
  const journal = jobs.create(
    createJobSpec({ id: `scale-${entries}`, from: 'synthetic:', to: 'nowhere:', concurrency: 16 }),
  )
  const job = await openJob({ ...stores, journal })
  const began = performance.now()
  await job.plan()
  const planned = performance.now()
  const stop = new AbortController()
  job.on('entry:done', () => {
    if (job.state.done.entries >= entries * 0.999) stop.abort()
  })
  const { progress } = await job.run({ signal: stop.signal })
  const ran = performance.now()
  await journal.close()
  console.log(JSON.stringify({ plan: planned - began, run: ran - planned, done: progress.done.entries, rss: rss() }))
} else {
  const began = performance.now()
  const journal = jobs.open(`scale-${entries}`)
  const job = await openJob({ ...stores, journal })
  const { progress, phase } = await job.run()
  await journal.close()
  console.log(JSON.stringify({ resume: performance.now() - began, done: progress.done.entries, phase, rss: rss() }))
}
