import { join } from 'node:path'

import type { Command } from './measure.ts'

const root = join(import.meta.dirname, '..', '..')

/** The command line of this checkout. */
export function gantry(args: readonly string[], env: NodeJS.ProcessEnv = {}): Command {
  return { command: process.execPath, args: [join(root, 'apps/cli/bin/gantry.js'), ...args], env }
}
