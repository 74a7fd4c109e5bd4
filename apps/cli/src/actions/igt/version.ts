import type { Context } from '../../context.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { versionOf } from '../../version.ts'

/** `gantry igt version`: the version, alone on a line. */
export function showVersion({ io }: Context): ExitCode {
  io.stdout.write(`${versionOf()}\n`)
  return exitCodes.done
}
