import type { Progress } from '@gantry/core'

import type { Output } from '../io.ts'
import { LiveArea } from '../render/live-area.ts'
import { renderProgress } from '../render/progress.ts'
import type { Style } from '../render/style.ts'
import { notShown, printable, shorten } from '../render/text.ts'
import { describeJob } from './describe-job.ts'
import type { Reporter } from './reporter.ts'

/** Milliseconds between two drawings. */
const interval = 100

/** A bar that moves, on the last lines of a terminal. */
export function liveReporter(output: Output, options: { readonly style: Style; readonly unicode: boolean }): Reporter {
  const area = new LiveArea(output)
  let progress: Progress | undefined
  let drawn = false
  const draw = () => {
    if (progress === undefined) return
    // One column stays free: terminals differ in what they do with a character in the last one.
    area.draw(renderProgress(progress, { ...options, columns: output.columns - 1 }))
    drawn = true
  }
  const timer = setInterval(draw, interval)
  timer.unref()
  return {
    begin(job) {
      const room = Math.max(10, Math.floor((output.columns - 4) / 2))
      const names = `${shorten(printable(job.from ?? notShown), room)} → ${shorten(printable(job.to), room)}`
      output.write(`${options.style.bold(names)}\n${options.style.dim(describeJob(job))}\n`)
    },
    event(event) {
      if (event.type === 'progress') progress = event
      if (!drawn) draw()
    },
    note(text) {
      area.print(text)
    },
    end() {
      clearInterval(timer)
      area.clear()
    },
  }
}
