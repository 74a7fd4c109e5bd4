import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Command } from './measure.ts'

const root = join(import.meta.dirname, '..', '..')

/** Jobs that are measured are not among the user's own. */
const state = mkdtempSync(join(tmpdir(), 'gantry-bench-jobs-'))
process.once('exit', () => rmSync(state, { recursive: true, force: true }))

/** The command line of this checkout. */
export function gantry(args: readonly string[], env: NodeJS.ProcessEnv = {}): Command {
  return {
    command: process.execPath,
    args: [join(root, 'apps/cli/bin/gantry.js'), ...args],
    env: { GANTRY_STATE: state, ...env },
  }
}
