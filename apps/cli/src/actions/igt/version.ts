import type { Context } from '../../context.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { toJsonLine } from '../../render/json.ts'
import { versionJson, versionOf } from '../../version.ts'

/** `gantry igt version`: the version, alone on a line. */
export function showVersion({ io, options }: Context): ExitCode {
  io.stdout.write(options.json ? toJsonLine(versionJson()) : `${versionOf()}\n`)
  return exitCodes.done
}
