import { homedir } from 'node:os'
import { join } from 'node:path'

import { GantryError } from '@gantry/core'
import { jobFolder, type JobFolder } from '@gantry/transfer'

type Environment = Readonly<Record<string, string | undefined>>

/** Where the records of jobs are kept: `GANTRY_STATE`, else where the system wants state. */
function stateFolder(env: Environment): string {
  if (env['GANTRY_STATE']) return env['GANTRY_STATE']
  if (process.platform === 'win32')
    return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'gantry', 'jobs')
  return join(env['XDG_STATE_HOME'] || join(env['HOME'] ?? homedir(), '.local', 'state'), 'gantry', 'jobs')
}

export function openJobFolder(env: Environment): JobFolder {
  const folder = stateFolder(env)
  try {
    return jobFolder(folder)
  } catch (cause) {
    const message = `Jobs cannot be recorded in ${folder}: check that it can be written, or set GANTRY_STATE to a folder that can.`
    throw new GantryError('read_only', message, { cause })
  }
}
