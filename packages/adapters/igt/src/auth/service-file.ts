import { basename, extname } from 'node:path'

import { readPrivateFile } from '@gantry/http/node'

import type { IgtLogin } from './session.ts'

/**
 * The login of a service by the file of its key, which is called after its id, unless that is said. The vendor's tool writes it
 * for all to read, and scripts go on with such files: it is taken, with a warning of the process.
 */
export async function readServiceFile(path: string, serviceId = basename(path, extname(path))): Promise<IgtLogin> {
  return { serviceId, privateKey: await readPrivateFile(path, warn) }
}

function warn(advice: string): void {
  process.emitWarning(advice, { type: 'KeyFileWarning' })
}
