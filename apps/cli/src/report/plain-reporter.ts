import type { Progress } from '@gantry/core'

import type { Output } from '../io.ts'
import { entries, formatBytes } from '../render/amounts.ts'
import { describeProgress } from '../render/progress.ts'
import { notShown, printable } from '../render/text.ts'
import { describeJob } from './describe-job.ts'
import type { Reporter } from './reporter.ts'

/** Milliseconds between two lines, so that a log of hours stays readable. */
const interval = 5_000

/** Lines for logs and pipes. */
export function plainReporter(output: Output, now: () => number = Date.now): Reporter {
  let last = now()
  let phase: Progress['phase'] | undefined
  const say = (text: string) => output.write(`${text}\n`)
  return {
    begin(job) {
      say(`${printable(job.from ?? notShown)} → ${printable(job.to)}, ${describeJob(job)}`)
    },
    event(event) {
      if (event.type !== 'progress') return
      if (phase === 'planning' && event.phase === 'running') {
        const bytes = event.sized ? formatBytes(event.total.bytes) : 'of sizes that the source does not tell'
        say(`To do: ${entries(event.total.entries)}, ${bytes}`)
      }
      if (event.phase === 'verifying' && phase !== 'verifying') say('Verifying')
      phase = event.phase
      if (now() - last < interval) return
      last = now()
      if (phase === 'planning') say(`Listing the source: ${entries(event.total.entries)} so far`)
      else if (phase === 'running' || phase === 'verifying') say(describeProgress(event))
    },
    note: say,
    end() {},
  }
}
