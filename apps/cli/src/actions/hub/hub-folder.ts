import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

import { GantryError } from '@gantry/core'
import { holdLock, makeFolder, replaceFile } from '@gantry/transfer'
import * as z from 'zod'

import type { Context } from '../../context.ts'
import { isDenied } from '../../is-denied.ts'

const settingsSchema = z.object({
  version: z.literal(1),
  url: z.string().min(1),
  urlGiven: z.boolean(),
  keeper: z.string().min(1).optional(),
})

/** What a hub's folder says of it, so that it is started again as it was. */
export interface HubSettings {
  /** Its own URL, which the keys of its accounts name. */
  readonly url: string
  /** It was asked for, and is not just the address that the hub listened at. */
  readonly urlGiven: boolean
  /** Where ciphertext is kept, as a place; default: in the folder itself. */
  readonly keeper?: string | undefined
}

/** The folder that is named, else one where the system wants data. */
export function hubFolderOf({ io }: Context, named: string | undefined): string {
  if (named !== undefined) return resolve(io.cwd, named)
  const { env } = io
  if (process.platform === 'win32')
    return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'gantry', 'hub')
  return join(env['XDG_DATA_HOME'] || join(env['HOME'] ?? homedir(), '.local', 'share'), 'gantry', 'hub')
}

export function settingsFileOf(folder: string): string {
  return join(folder, 'hub.json')
}

/** One hub at a time: a second would have another URL in the same settings. Returns what lets the folder go. */
export function holdHubFolder(folder: string): () => void {
  makeHubFolder(folder)
  const taken = 'A hub is running in this folder already. Stop it first, or give this one a folder of its own: --folder'
  return holdLock(join(folder, 'hub.lock'), { taken })
}

export async function readHubSettings(folder: string): Promise<HubSettings | undefined> {
  const path = settingsFileOf(folder)
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    const code = isDenied(error) ? 'permission_denied' : 'unavailable'
    throw new GantryError(code, "The hub's settings cannot be read.", { path, cause: error })
  })
  if (text === undefined) return undefined
  try {
    return settingsSchema.parse(JSON.parse(text))
  } catch {
    throw new GantryError('invalid', "The hub's settings are damaged: put the file right, or remove it.", { path })
  }
}

function makeHubFolder(folder: string): void {
  try {
    makeFolder(folder)
  } catch (cause) {
    const code = isDenied(cause as NodeJS.ErrnoException) ? 'permission_denied' : 'read_only'
    throw new GantryError(code, "The hub's folder cannot be made, or is not this user's.", { path: folder, cause })
  }
}

export async function writeHubSettings(folder: string, settings: HubSettings): Promise<void> {
  const path = settingsFileOf(folder)
  makeHubFolder(folder)
  try {
    await replaceFile(path, `${JSON.stringify({ version: 1, ...settings }, undefined, 2)}\n`)
  } catch (cause) {
    throw new GantryError('read_only', "The hub's folder cannot be written.", { path: folder, cause })
  }
}
