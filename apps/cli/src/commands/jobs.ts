import { type Command, Option } from 'commander'

import type { ForgetFlags } from '../actions/jobs/forget-jobs.ts'
import type { ResumeFlags } from '../actions/jobs/resume-job.ts'
import { parseJobs, parseLimit } from '../options/amounts.ts'
import type { Perform } from './perform.ts'

const anId = 'id of a job, or enough of it'

export function addJobs(program: Command, perform: Perform): void {
  const jobs = program.command('jobs').summary('list, pause, resume, cancel and forget copies')
  jobs.description('Every copy is a job, whose record stays until it is forgotten.').helpCommand(false)

  const list = jobs.command('list', { isDefault: true }).summary('all jobs, the newest first (default)')
  list.action(async () => {
    await perform(list, async (context) => await (await import('../actions/jobs/list-jobs.ts')).listJobs(context))
  })

  const show = jobs.command('show').summary('all that is known of a job, every failure included').argument('<id>', anId)
  show.action(async (id: string) => {
    await perform(show, async (context) => await (await import('../actions/jobs/show-job.ts')).showJob(context, id))
  })

  const pause = jobs.command('pause').summary('stop a running job, so that it can be resumed').argument('<id>', anId)
  pause.action(async (id: string) => {
    await perform(pause, async (context) => await (await import('../actions/jobs/stop-job.ts')).pauseJob(context, id))
  })

  const resume = jobs.command('resume').summary('go on with a job, and try again what had failed')
  resume.description(
    'Goes on where a job stands, and tries again what had failed. Its places are opened anew, by the configuration and the environment of now.',
  )
  resume.argument('[id]', `${anId}; may be left out if only one is unfinished`)
  resume.addOption(new Option('-j, --jobs <count>', 'entries at a time, or "auto"').argParser(parseJobs))
  resume.addOption(new Option('--bwlimit <rate>', 'bytes a second at most, or "none"').argParser(parseLimit))
  resume.action(async (id: string | undefined, flags: ResumeFlags) => {
    await perform(
      resume,
      async (context) => await (await import('../actions/jobs/resume-job.ts')).resumeJob(context, id, flags),
    )
  })

  const cancel = jobs
    .command('cancel')
    .summary('stop a job for good, and remove what is half-sent')
    .argument('<id>', anId)
  cancel.action(async (id: string) => {
    await perform(cancel, async (context) => await (await import('../actions/jobs/stop-job.ts')).cancelJob(context, id))
  })

  const forget = jobs.command('forget').summary('remove the records of jobs').argument('[ids...]', anId)
  forget.option('--finished', 'all that are done without failures, or cancelled')
  forget.option('--force', 'also unfinished ones, and even if what they left cannot be removed')
  forget.action(async (ids: string[], flags: ForgetFlags) => {
    await perform(forget, async (context) => {
      const { forgetJobs } = await import('../actions/jobs/forget-jobs.ts')
      return await forgetJobs(context, ids, flags)
    })
  })
}
