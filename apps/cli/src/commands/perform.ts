import type { Command } from 'commander'

import type { Context } from '../context.ts'
import type { ExitCode } from '../exit-code.ts'

/** Runs what a command does: with its context, interrupts and errors taken care of. */
export type Perform = (command: Command, work: (context: Context) => Promise<ExitCode>) => Promise<void>
