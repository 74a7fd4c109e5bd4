import { basename, dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

import { realpath } from './file-operations.ts'

/** A folder by its real name, all links resolved; of one that is not there yet, as far as there is something. */
export async function realLocation(folder: string): Promise<string> {
  return pathToFileURL(await realName(resolve(folder))).href.replace(/\/+$/u, '')
}

async function realName(folder: string): Promise<string> {
  try {
    return await realpath(folder)
  } catch {
    const parent = dirname(folder)
    return parent === folder ? folder : join(await realName(parent), basename(folder))
  }
}
