import type { GantryError } from '@gantry/core'

import type { Context } from './context.ts'
import { type ExitCode, exitCodeOf, exitCodes } from './exit-code.ts'
import { UsageError } from './usage-error.ts'
import { toJsonLine } from './render/json.ts'
import { printable } from './render/text.ts'

/** Says why a command ended early, and with which code. */
export function describeFailure(context: Context, error: unknown): ExitCode {
  const { signal } = context
  debugError(context, error)
  // Code that asks the signal itself throws its reason as it is.
  if (signal.aborted && (isCancelled(error) || error === signal.reason || signal.reason === 'pipe')) {
    if (signal.reason === 'pipe') return exitCodes.pipe
    say(context, 'cancelled', 'Stopped.')
    return exitCodes.interrupted
  }
  if (error instanceof UsageError) {
    say(context, 'invalid', error.message)
    return exitCodes.usage
  }
  if (isGantryError(error)) {
    const more = error.code === 'internal' && !context.options.debug ? ' With --debug it says more.' : ''
    say(context, error.code, `${error.message}${more}`, error.path)
    return exitCodeOf(error.code)
  }
  say(context, 'internal', 'An unexpected error; with --debug it says more. Please report it.')
  return exitCodes.failed
}

function say({ io, options, style }: Context, code: string, message: string, path?: string): void {
  if (options.json) {
    io.stdout.write(toJsonLine({ type: 'error', code, message, ...(path !== undefined && { path }) }))
    return
  }
  const where = path === undefined ? '' : `\n  ${printable(path)}`
  io.stderr.write(`${style.stderr.red('gantry:')} ${message}${where}\n`)
}

/** What led to what: names, codes and places in the program, but no messages, which could name a patient. */
export function debugError({ debug }: Context, error: unknown): void {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = 'code' in cause ? ` ${String(cause.code)}` : ''
    debug(`${cause.name}${code}`)
    for (const line of (cause.stack ?? '').split('\n').filter((text) => text.startsWith('    at '))) debug(line)
  }
}

function isCancelled(error: unknown): boolean {
  return (isGantryError(error) && error.code === 'cancelled') || (error instanceof Error && error.name === 'AbortError')
}

/** As core's own, which is not loaded for an error in an option. */
function isGantryError(error: unknown): error is GantryError {
  return error instanceof Error && error.name === 'GantryError' && 'code' in error
}
