import { randomBytes } from 'node:crypto'
import { once } from 'node:events'

import { serveBoard } from '@gantry/fleet/board'

import type { Context } from '../../context.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import type { FleetFlags } from '../../options/fleet-options.ts'
import { toJsonLine } from '../../render/json.ts'
import { withFleet } from './open-fleet.ts'

export interface BoardFlags extends FleetFlags {
  readonly port: number
  readonly host: string
}

/** `gantry fleet board`: shows the queues in a browser until it is asked to stop. */
export async function showBoard(context: Context, { port, host, ...flags }: BoardFlags): Promise<ExitCode> {
  const { io, options, signal } = context
  return await withFleet(context, flags, async (fleet) => {
    const token = io.env['GANTRY_BOARD_TOKEN'] || randomBytes(24).toString('base64url')
    const board = await serveBoard({ fleet, port, host, token })
    try {
      // Whoever has the link may look, so it is shown to whoever started this, and to nobody else.
      if (options.json) io.stdout.write(toJsonLine({ type: 'board', url: board.url, link: board.link }))
      else io.stdout.write(`${board.link}\n`)
      if (!options.quiet && !options.json) io.stderr.write('Ctrl-C stops it\n')
      if (!signal.aborted) await once(signal, 'abort')
    } finally {
      await board.close()
    }
    return exitCodes.done
  })
}
