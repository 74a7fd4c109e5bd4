import { readFile } from 'node:fs/promises'
import { basename, extname } from 'node:path'

import { GantryError } from '@gantry/core/driver'

import type { IgtLogin } from './session.ts'

/** The login of a service by the file of its key, which is called after its id, unless that is said. */
export async function readServiceFile(path: string, serviceId = basename(path, extname(path))): Promise<IgtLogin> {
  const privateKey = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new GantryError('not_found', 'The key of the service cannot be read.', { path, cause })
  })
  return { serviceId, privateKey }
}
