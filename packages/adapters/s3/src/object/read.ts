import {
  type ByteRange,
  type Call,
  type SizedEntry,
  type EntryRef,
  GantryError,
  type Reading,
} from '@gantry/core/driver'
import { rangeHeaders, readNothing, sizeBeyondRange } from '@gantry/http'

import { S3Failure } from '../failure.ts'
import type { Incoming } from '../http/connection.ts'
import type { ObjectRequest, Service } from '../service/service.ts'
import { checked } from './checked.ts'
import { entryOf, quote } from './entry-of.ts'
import { sizeOf, stat } from './stat.ts'

/** One GET, which S3 answers from one version of the object, whatever is written meanwhile. */
export async function read(
  service: Service,
  ref: EntryRef,
  range: ByteRange | undefined,
  call: Call,
): Promise<Reading> {
  const { start, end } = range ?? { start: 0 }
  const nothing = async () => readNothing(await stat(service, ref.path, call), ref, range, 'a service that speaks S3')
  if (end !== undefined && end <= start) return await nothing()
  const whole = start === 0 && end === undefined
  const headers: [string, string][] = Object.entries(rangeHeaders({ start, end }))
  if (whole) headers.push(['x-amz-checksum-mode', 'ENABLED'])
  if (ref.version !== undefined) headers.push(['if-match', quote(ref.version)])
  const request: ObjectRequest = { method: 'GET', path: ref.path, headers }
  let incoming: Incoming
  try {
    incoming = await service.send(request, call)
  } catch (error) {
    if (error instanceof S3Failure && error.s3Code === 'InvalidObjectState') {
      throw new GantryError('unsupported', 'The object is frozen: it has to be thawed before it can be read.', {
        cause: error,
      })
    }
    // No byte is left from there on, which is an error only beyond the end.
    if (error instanceof S3Failure && error.status === 416) return await nothing()
    throw error
  }
  try {
    const { body } = incoming
    if (!whole) return { entry: partialEntry(ref.path, start, incoming), body }
    const entry = entryOf(ref.path, sizeOf(incoming.headers), incoming.headers)
    return { entry, body: service.settings.verifyReads ? checked(body, entry.digests, call.compares) : body }
  } catch (error) {
    incoming.body.return().catch(() => {})
    throw error
  }
}

function partialEntry(path: string, start: number, { headers, status }: Incoming): SizedEntry {
  const size = sizeBeyondRange({ status, header: (name) => headers.get(name) }, start)
  // Some services put the checksum of the range where that of the object belongs.
  const { digests: _, ...entry } = entryOf(path, size ?? 0, headers)
  if (size !== undefined) return entry
  throw new GantryError('unsupported', 'The service does not answer ranges as it should.')
}
