import { basename, extname } from 'node:path'

import { readPrivateFile } from '@gantry/http/node'

import type { IgtLogin } from './session.ts'

/**
 * The login of a service by the file of its key, which is called after its id, unless that is said; `permission_denied` where
 * others can read it.
 */
export async function readServiceFile(path: string, serviceId = basename(path, extname(path))): Promise<IgtLogin> {
  return { serviceId, privateKey: await readPrivateFile(path) }
}
