import { homedir } from 'node:os'
import { join } from 'node:path'

import { GantryError } from '@gantry/core'
import { jobFolder, type JobFolder, makeFolder } from '@gantry/transfer'

import { isDenied } from './is-denied.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Where the system wants state. */
function ownFolder(env: Environment): string {
  if (process.platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'gantry')
  return join(env['XDG_STATE_HOME'] || join(env['HOME'] ?? homedir(), '.local', 'state'), 'gantry')
}

/** A file or folder of gantry's own beside the records of jobs; in `GANTRY_STATE` where that is set. */
export function statePath(env: Environment, ...parts: readonly string[]): string {
  return join(env['GANTRY_STATE'] || ownFolder(env), ...parts)
}

/** Where the records of jobs are kept: `GANTRY_STATE`, else where the system wants state. */
export function openJobFolder(env: Environment): JobFolder {
  const folder = env['GANTRY_STATE'] || join(ownFolder(env), 'jobs')
  makeStateFolder(folder)
  return jobFolder(folder)
}

/** One that is gantry's own, where nobody has named another. */
export function makeStateFolder(folder: string): void {
  try {
    makeFolder(folder)
  } catch (cause) {
    const message = `Nothing can be recorded in ${folder}: check that it can be written, or set GANTRY_STATE to a folder that can.`
    const code = isDenied(cause as NodeJS.ErrnoException) ? 'permission_denied' : 'read_only'
    throw new GantryError(code, message, { cause })
  }
}
