import type { Context } from '../context.ts'
import { jsonReporter } from './json-reporter.ts'
import { liveReporter } from './live-reporter.ts'
import { plainReporter } from './plain-reporter.ts'
import type { Reporter } from './reporter.ts'

const silent: Reporter = { begin() {}, event() {}, note() {}, end() {} }

/** What suits the output and the options. Progress goes to stderr: stdout is for results. */
export function createReporter({ io, options, style }: Context): Reporter {
  if (options.json) return jsonReporter(io.stdout)
  if (options.quiet) return silent
  const { stderr, env } = io
  if (!stderr.isTerminal || env['TERM'] === 'dumb') return plainReporter(stderr)
  // The Linux console's own font lacks the blocks that bars are made of.
  return liveReporter(stderr, { style: style.stderr, unicode: env['TERM'] !== 'linux' })
}
