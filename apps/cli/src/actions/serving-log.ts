import { isGantryError } from '@gantry/core'
import type { RequestLog } from '@gantry/hub'

import type { Context } from '../context.ts'
import { debugFrames } from '../debug-frames.ts'
import { formatBytes } from '../render/amounts.ts'
import { toJsonLine } from '../render/json.ts'

/** What a server tells while it serves: in JSON where that is wanted, else as lines. */
export interface ServingLog {
  readonly request: (entry: RequestLog) => void
  /** Troubles that clients are not told of: by code and in words of our own, which hold no names. */
  readonly trouble: (error: unknown) => void
}

/** `print` writes a line where people look. */
export function servingLog({ io, options, debug }: Context, print: (line: string) => void): ServingLog {
  return {
    request({ method, route, status, received, sent, ms: exact }) {
      const ms = Math.round(exact)
      if (options.json) {
        io.stdout.write(toJsonLine({ type: 'request', method, route, status, received, sent, ms }))
        return
      }
      const moved = `${formatBytes(received)} in, ${formatBytes(sent)} out`
      print(`${new Date().toISOString()} ${method} ${route} ${status} ${ms} ms, ${moved}`)
    },
    trouble(error) {
      const code = isGantryError(error) ? error.code : 'internal'
      const message = isGantryError(error) ? error.message : 'An unexpected error; please report it.'
      if (options.json) io.stdout.write(toJsonLine({ type: 'trouble', code, message }))
      else print(`gantry: ${code}: ${message}`)
      debugFrames({ debug }, error)
    },
  }
}
