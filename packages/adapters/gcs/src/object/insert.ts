import { randomUUID } from 'node:crypto'

import { type Call, type Entry, GantryError, type NewEntry } from '@gantry/core/driver'

import { addToCrc32c, hexOfCrc } from '../bytes/crc32c.ts'
import type { Service } from '../service/service.ts'
import { generationMatch } from './conditions.ts'
import { newResource } from './metadata.ts'
import { entryOfResource, type Resource, resourceFields, resourceSchema } from './resource.ts'

/** One request for an object whose bytes are at hand: metadata, checksum and bytes. Answers what is kept. */
export async function insert(service: Service, entry: NewEntry, bytes: Uint8Array, call: Call): Promise<Entry> {
  const crc32c = entry.digested?.().crc32c ?? hexOfCrc(addToCrc32c(bytes))
  refuseOther(entry, crc32c)
  const condition = generationMatch(entry)
  const resource = newResource({ ...entry, digests: { ...entry.digests, crc32c } }, service.settings)
  const boundary = `gantry-${randomUUID()}`
  const head = `--${boundary}\r\ncontent-type: application/json; charset=UTF-8\r\n\r\n${JSON.stringify(resource)}\r\n--${boundary}\r\ncontent-type: ${resource.contentType}\r\n\r\n`
  const body = Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)])
  const stored = await service.json(
    {
      method: 'POST',
      url: service.uploadUrl({ uploadType: 'multipart', ifGenerationMatch: condition, fields: resourceFields }),
      headers: { 'content-type': `multipart/related; boundary=${boundary}` },
      body,
      // Done twice, a conditional one would meet itself.
      repeatable: condition === undefined,
    },
    resourceSchema,
    call,
  )
  return confirmed(entry.path, stored, bytes.length, crc32c)
}

/** What the service says that it keeps, compared with what was sent. */
export function confirmed(path: string, resource: Resource, size: number, crc32c: string): Entry {
  const stored = entryOfResource(path, resource)
  if (stored.size === size && stored.digests?.crc32c === crc32c) return stored
  if (stored.size === size && stored.digests?.crc32c === undefined) return stored
  throw new GantryError('integrity', 'The service keeps other bytes than were sent: the checksums differ.')
}

/** Before anything is sent that is not what was promised. */
export function refuseOther({ digests }: NewEntry, crc32c: string): void {
  if (digests?.crc32c === undefined || digests.crc32c === crc32c) return
  throw new GantryError('integrity', 'The bytes are not those that were promised.')
}
