import { CommanderError } from 'commander'

import type { Perform } from './commands/perform.ts'
import type { Context } from './context.ts'
import { describeFailure } from './describe-failure.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import type { Io } from './io.ts'
import { globalOptionsOf } from './options/global-options.ts'
import { createProgram } from './program.ts'
import { toJsonLine } from './render/json.ts'
import { createStyle, hasColor } from './render/style.ts'

/** The command line: runs what the arguments ask for and answers with the exit code. Never throws. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  let exit: ExitCode = exitCodes.done
  const perform: Perform = async (command, work) => {
    const controller = new AbortController()
    const stop = io.onInterrupt((why) => controller.abort(why))
    const context = contextOf(io, globalOptionsOf(command), controller.signal)
    const { ca } = context.options
    let distrust = () => {}
    try {
      if (ca !== undefined) distrust = await (await import('./options/trust-bundle.ts')).trustBundle(io.cwd, ca)
      exit = await work(context)
    } catch (error) {
      exit = describeFailure(context, error)
    } finally {
      distrust()
      stop()
    }
    // Whatever came of it, what it had to say did not get out.
    if (context.signal.reason === 'pipe') exit = exitCodes.pipe
  }
  try {
    await createProgram(io, perform, { json: argv.includes('--json') }).parseAsync(argv, { from: 'user' })
  } catch (error) {
    // Commander has said what is wrong, or shown what was asked for.
    if (!(error instanceof CommanderError)) throw error
    if (error.code === 'commander.help' && argv.includes('--json')) {
      io.stdout.write(toJsonLine({ type: 'error', code: 'invalid', message: 'Which command? gantry help shows all.' }))
    }
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
  }
  return exit
}

function contextOf(io: Io, options: Context['options'], signal: AbortSignal): Context {
  return {
    io,
    options,
    signal,
    style: { stdout: createStyle(hasColor(io.stdout, io.env)), stderr: createStyle(hasColor(io.stderr, io.env)) },
    debug(text) {
      if (options.debug) io.stderr.write(`debug: ${text}\n`)
    },
  }
}
