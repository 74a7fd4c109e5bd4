import { type Call, type Entry, GantryError, isGantryError, type NewEntry } from '@gantry/core/driver'
import { hubObjectSchema } from '@gantry/core/hub'

import { hexOf } from '../bytes/crc32.ts'
import type { Service } from '../service.ts'
import { entryOfObject } from './entry-of.ts'

export const octets = 'application/octet-stream'

/** One PUT of an object whose bytes are at hand. Answers what the hub says that it keeps. */
export async function put(service: Service, entry: NewEntry, bytes: Uint8Array, call: Call): Promise<Entry> {
  const crc32 = hexOf(service.options.crc32(bytes))
  const { modified, contentType = octets, ifAbsent, ifVersion } = entry
  const headers = {
    'content-type': contentType,
    // The hub refuses bytes that are not these.
    'gantry-crc32': crc32,
    ...(modified === undefined ? {} : { 'gantry-modified': String(timeOf(modified)) }),
    ...(ifAbsent === true ? { 'if-none-match': '*' } : {}),
    ...(ifAbsent !== true && ifVersion !== undefined ? { 'if-match': `"${ifVersion}"` } : {}),
  }
  // Done twice, a conditional one would meet itself.
  const repeatable = ifAbsent !== true && ifVersion === undefined
  try {
    const path = service.object(entry.path)
    const object = await service.json({ method: 'PUT', path, headers, body: bytes, repeatable }, hubObjectSchema, call)
    if (object.digests.crc32 !== crc32) throw corrupted()
    return entryOfObject(entry.path, object)
  } catch (error) {
    throw asConflict(error, entry)
  }
}

/** HTTP says of both conditions that they failed; ours are two. */
export function asConflict(error: unknown, { ifAbsent }: NewEntry): unknown {
  if (ifAbsent !== true || !isGantryError(error) || error.code !== 'precondition_failed') return error
  return new GantryError('already_exists', 'Something is there already.', { cause: error })
}

/** Whole milliseconds, and none before 1970: the wire has no others. */
export function timeOf(modified: number): number {
  return Math.max(0, Math.round(modified))
}

export function corrupted(): GantryError {
  return new GantryError('integrity', 'The hub keeps other bytes than were sent: the checksums differ.')
}
