import {
  type Call,
  combineCrcs,
  type Entry,
  GantryError,
  isGantryError,
  type NewEntry,
  type StoredPart,
} from '@gantry/core/driver'

import { digestsOf, entryOfResource, type Resource } from '../object/resource.ts'
import { look } from '../object/stat.ts'
import { notOfGcs, type Service } from '../service/service.ts'
import { errorOfRefusal } from '../service/refusal.ts'
import type { Place } from './staged.ts'
import { escapeXml } from './xml.ts'

/** What the parts make up, as far as it is known. */
export interface Expected {
  readonly size: number
  readonly crc32c: string | undefined
}

/**
 * Makes the parts one object. If GCS no longer knows the upload, the answer to an earlier call may have been lost: an
 * object that is exactly what the parts make up is then the answer.
 */
export async function complete(
  service: Service,
  path: string,
  place: Place,
  entry: NewEntry,
  parts: readonly StoredPart[],
  call: Call,
): Promise<Entry> {
  const expected = expectedOf(parts, entry.size)
  let joined: Joined
  try {
    joined = await join(service, place, parts, expected, call)
  } catch (error) {
    if (!isGantryError(error) || error.code !== 'not_found') throw error
    const found = await find(service, place.key, call)
    if (found === undefined || !isExactly(found, expected)) throw error
    return entryOfResource(path, found)
  }
  const stored = await look(service, place.key, call)
  if (!isOther(stored, expected)) return entryOfResource(path, stored)
  const { generation, proven } = joined
  // That someone else wrote there meanwhile is believed only where the service has told what it made of the parts.
  if (generation === undefined ? !proven : generation === stored.generation) throw corrupted()
  return { path, size: expected.size, ...(generation !== undefined && { version: generation }) }
}

/** What the service says of the whole when it has joined the parts. */
interface Joined {
  readonly generation: string | undefined
  /** It has told the checksum that was expected. */
  readonly proven: boolean
}

/** Asks the service to join the parts, and believes nothing but what it says of the whole. */
export async function join(
  service: Service,
  { key, uploadId }: Place,
  parts: readonly StoredPart[],
  expected: Expected,
  call: Call,
): Promise<Joined> {
  if (uploadId === '') throw new GantryError('not_found', 'The upload is complete, or was given up.')
  const listed = parts.map(
    ({ number, tag }) => `<Part><PartNumber>${number}</PartNumber><ETag>${escapeXml(tag)}</ETag></Part>`,
  )
  const body = new TextEncoder().encode(`<CompleteMultipartUpload>${listed.join('')}</CompleteMultipartUpload>`)
  const headers = { 'content-type': 'application/xml' }
  const url = service.xmlUrl(key, { uploadId })
  const { answer, text } = await service.text({ method: 'POST', url, headers, body }, { signal: call.signal })
  // As S3's, it may answer 200 before it is done, and say afterwards that it failed.
  if (text.includes('<Error>')) throw errorOfRefusal({ status: 500, body: text, now: service.settings.now() })
  if (!text.includes('<CompleteMultipartUploadResult')) throw notOfGcs()
  const told = digestsOf(/\bcrc32c=([\w+/=]+)/u.exec(answer.header('x-goog-hash') ?? '')?.[1], undefined)
  const compared = told?.crc32c !== undefined && expected.crc32c !== undefined
  if (compared && told.crc32c !== expected.crc32c) throw corrupted()
  return { generation: answer.header('x-goog-generation'), proven: compared }
}

/** GCS would make an object of whatever parts it is given. */
export function expectedOf(parts: readonly StoredPart[], size: number | undefined): Expected {
  let end = 0
  for (const part of parts) {
    if (part.offset !== end) throw incomplete()
    end += part.size
  }
  if (parts.length === 0 || (size !== undefined && size !== end)) throw incomplete()
  const crcs = parts.flatMap(({ digests, size: length }) =>
    digests?.crc32c === undefined ? [] : [{ hex: digests.crc32c, size: length }],
  )
  return { size: end, crc32c: crcs.length === parts.length ? combineCrcs('crc32c', crcs) : undefined }
}

export async function find(service: Service, key: string, call: Call): Promise<Resource | undefined> {
  try {
    return await look(service, key, call)
  } catch (error) {
    if (isGantryError(error) && error.code === 'not_found') return undefined
    throw error
  }
}

export function isExactly(resource: Resource, expected: Expected): boolean {
  return expected.crc32c !== undefined && !isOther(resource, expected)
}

function isOther({ size, crc32c }: Resource, expected: Expected): boolean {
  const known = digestsOf(crc32c, undefined)?.crc32c
  return Number(size) !== expected.size || (expected.crc32c !== undefined && known !== expected.crc32c)
}

function incomplete(): GantryError {
  return new GantryError('integrity', 'The parts do not make up the whole: list them again.')
}

export function corrupted(): GantryError {
  return new GantryError('integrity', 'The service keeps another whole than its parts make up.')
}
