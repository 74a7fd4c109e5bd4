import { type Call, type SizedEntry, GantryError } from '@gantry/core/driver'

import { S3Failure } from '../failure.ts'
import { retrying } from '../service/retrying.ts'
import type { Service } from '../service/service.ts'
import { entryOf, toldVersion } from './entry-of.ts'

/** What S3 says of an object, its checksums included. */
export async function stat(service: Service, path: string, call: Call): Promise<SizedEntry> {
  const { headers } = await head(service, path, call)
  return entryOf(path, sizeOf(headers), headers)
}

export type HeadHeaders = ReadonlyMap<string, string>

export async function head(service: Service, path: string, call: Call): Promise<{ headers: HeadHeaders }> {
  const headers: [string, string][] = [['x-amz-checksum-mode', 'ENABLED']]
  const ask = async () => await retrying(call, async () => await service.send({ method: 'HEAD', path, headers }, call))
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof S3Failure) || (error.status !== 400 && error.status !== 403)) throw error
    await explain(service, path, call)
  }
  // GET was let through: it may have learnt what HEAD could not be told, such as the clock or the region.
  return await ask()
}

/**
 * An answer to HEAD holds no code, so a key that is wrong looks like a right that is missing: the answer to GET does. Fails
 * with what speaks against any request, and passes over what HEAD does not ask for: bytes, of an empty or a frozen object.
 */
async function explain(service: Service, path: string, call: Call): Promise<void> {
  try {
    const { body } = await service.send({ method: 'GET', path, headers: [['range', 'bytes=0-0']] }, call)
    await body.return()
  } catch (error) {
    if (error instanceof S3Failure && (error.status === 416 || error.s3Code === 'InvalidObjectState')) return
    throw error
  }
}

export function sizeOf(headers: HeadHeaders): number {
  toldVersion(headers)
  const length = headers.get('content-length')
  if (length === undefined || !/^\d{1,15}$/u.test(length)) {
    throw new GantryError('unavailable', 'The service did not tell the length of the object.')
  }
  return Number(length)
}
