import { stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

import { UsageError } from '../usage-error.ts'

type Environment = Readonly<Record<string, string | undefined>>

const configNames = ['gantry.config.ts', 'gantry.config.js', 'gantry.config.json'] as const

/**
 * The configuration file: the one that is named, else the next one in this folder or above, else the user's own.
 *
 * A configuration runs code. One that lies there by chance (on a disc from another hospital, in a shared folder) is
 * therefore not taken unless it belongs to this user or to root; naming it says that it is meant. For root, and so under
 * sudo, it has to be root's: who may run this one command as root shall not run any other by a file of their own.
 */
export async function findConfig(
  cwd: string,
  env: Environment,
  named = env['GANTRY_CONFIG'],
): Promise<string | undefined> {
  if (named !== undefined && named !== '') {
    const file = resolve(cwd, named)
    if (!(await ownerOf(file)).found) throw new UsageError(`There is no configuration file ${file}.`)
    return file
  }
  for (const folder of [...upwards(resolve(cwd)), join(configHome(env), 'gantry')]) {
    for (const name of configNames) {
      const file = join(folder, name)
      const { found, foreign } = await ownerOf(file)
      if (foreign) {
        throw new UsageError(`${file} belongs to another user, so it is not run: if you trust it, use --config ${file}`)
      }
      if (found) return file
    }
  }
  return undefined
}

function configHome(env: Environment): string {
  const home = env['XDG_CONFIG_HOME']
  return home !== undefined && home !== '' ? home : join(env['HOME'] ?? homedir(), '.config')
}

function* upwards(folder: string): Generator<string> {
  yield folder
  const parent = dirname(folder)
  if (parent !== folder) yield* upwards(parent)
}

async function ownerOf(file: string): Promise<{ readonly found: boolean; readonly foreign: boolean }> {
  try {
    const { uid } = await stat(file)
    const own = process.getuid?.()
    return { found: true, foreign: own !== undefined && uid !== own && uid !== 0 }
  } catch {
    return { found: false, foreign: false }
  }
}
