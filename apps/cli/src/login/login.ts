import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

import { GantryError } from '@gantry/core'
import { z } from 'zod'

import { statePath } from '../state-folder.ts'

type Environment = Readonly<Record<string, string | undefined>>

const schema = z.object({ version: z.literal(1), hub: z.string().min(1), keyFile: z.string().min(1) })

/** Which hub is meant where none is named, and where the key for it lies. Holds neither key nor token. */
export interface Login {
  readonly hub: string
  /** Absolute path. */
  readonly keyFile: string
}

function fileOf(env: Environment): string {
  return statePath(env, 'login.json')
}

export async function readLogin(env: Environment): Promise<Login | undefined> {
  const file = fileOf(env)
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new GantryError('unavailable', 'The record of the login cannot be read.', { path: file, cause })
  }
  try {
    const { hub, keyFile } = schema.parse(JSON.parse(text))
    return { hub, keyFile }
  } catch {
    throw new GantryError('invalid', 'The record of the login is damaged: log in again with gantry login.', {
      path: file,
    })
  }
}

/** For its owner alone. */
export async function writeLogin(env: Environment, login: Login): Promise<void> {
  const file = fileOf(env)
  const temporary = `${file}.${randomUUID()}.tmp`
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    const handle = await open(temporary, 'wx', 0o600)
    try {
      await handle.writeFile(`${JSON.stringify({ version: 1, ...login })}\n`)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
  } catch (cause) {
    await rm(temporary, { force: true })
    throw new GantryError('read_only', 'The login cannot be recorded: check that the folder can be written.', {
      path: dirname(file),
      cause,
    })
  }
}

export async function removeLogin(env: Environment): Promise<void> {
  await rm(fileOf(env), { force: true })
}
