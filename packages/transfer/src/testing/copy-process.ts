// A process of its own that runs a job, to be killed: its first argument is a `CopyRequest`, its output a `CopyAnswer`.
import { createJobSpec } from '../create-job-spec.ts'
import { jobFolder } from '../journal/job-folder.ts'
import { openJob } from '../open-job.ts'
import { all } from './all.ts'
import { openPlace, type Place } from './open-place.ts'

export interface CopyRequest {
  readonly jobs: string
  readonly id: string
  readonly from: Place
  readonly to: Place
  readonly concurrency?: number
}

const asked = JSON.parse(process.argv[2] ?? '') as CopyRequest
const { id, concurrency = 4 } = asked
const jobs = jobFolder(asked.jobs)
const from = openPlace(asked.from)
const to = openPlace(asked.to)
const known = await all(jobs.list())
const journal = known.some((job) => job.id === id)
  ? jobs.open(id)
  : jobs.create(createJobSpec({ id, from: from.url, to: to.url, concurrency }))
const job = await openJob({ from, to, journal })
const result = await job.run()
const failures = await all(journal.failures())
await journal.close()
await Promise.all([from.close(), to.close()])
process.stdout.write(JSON.stringify({ result, failures }))
