import {
  type ByteRange,
  type Call,
  type EntryRef,
  GantryError,
  type Reading,
  type SizedEntry,
} from '@gantry/core/driver'
import { type Answer, rangeHeaders, readNothing, sizeBeyondRange } from '@gantry/http'

import { checked } from '../bytes/checked.ts'
import { statusOf } from '../service/refusal.ts'
import { notOfGcs, type Service } from '../service/service.ts'
import { changed, generationOf } from './conditions.ts'
import { readModified } from './metadata.ts'
import { digestsOf } from './resource.ts'
import { stat } from './stat.ts'

/** One GET, which GCS answers from one generation, whatever is written meanwhile. By the XML API, which tells metadata. */
export async function read(
  service: Service,
  ref: EntryRef,
  range: ByteRange | undefined,
  call: Call,
): Promise<Reading> {
  const { start, end } = range ?? { start: 0 }
  const nothing = async () => readNothing(await stat(service, ref.path, call), ref, range, 'Google Cloud Storage')
  if (end !== undefined && end <= start) return await nothing()
  const whole = start === 0 && end === undefined
  const headers = {
    // Else GCS would unzip what is kept zipped, and then pass over ranges.
    'accept-encoding': 'gzip',
    ...rangeHeaders({ start, end }),
    ...(ref.version === undefined ? {} : { 'x-goog-if-generation-match': generationOf(ref.version) }),
  }
  let answer: Answer
  try {
    answer = await service.send({ method: 'GET', url: service.xmlUrl(service.keyOf(ref.path)), headers }, call)
  } catch (error) {
    // No byte is left from there on, which is an error only beyond the end.
    if (statusOf(error) === 416) return await nothing()
    throw error
  }
  try {
    const entry = whole ? wholeEntry(ref.path, answer) : partialEntry(ref.path, start, answer)
    // Emulators pass over the condition.
    if (ref.version !== undefined && entry.version !== undefined && entry.version !== ref.version) throw changed()
    const { crc32c, md5 } = entry.digests ?? {}
    const { compares = [] } = call
    const leftToCaller =
      (compares.includes('crc32c') && crc32c !== undefined) || (compares.includes('md5') && md5 !== undefined)
    const check = whole && crc32c !== undefined && service.settings.verifyReads && !leftToCaller
    return { entry, body: check ? checked(answer.body, crc32c) : answer.body }
  } catch (error) {
    await answer.body.return?.()
    throw error
  }
}

function wholeEntry(path: string, answer: Answer): SizedEntry {
  const length = answer.header('content-length')
  if (!isOfGcs(answer) || answer.status !== 200 || length === undefined || !/^\d{1,16}$/u.test(length)) throw notOfGcs()
  return entryOfHeaders(path, Number(length), answer)
}

function partialEntry(path: string, start: number, answer: Answer): SizedEntry {
  const size = sizeBeyondRange(answer, start)
  if (!isOfGcs(answer)) throw notOfGcs()
  if (size === undefined) {
    throw new GantryError('unsupported', 'The service, or a proxy before it, does not answer ranges as it should.')
  }
  return entryOfHeaders(path, size, answer)
}

/** GCS tells all of these, and emulators some; a page to sign in at, none. */
function isOfGcs(answer: Answer): boolean {
  const told = ['generation', 'hash', 'metageneration', 'stored-content-length', 'stored-content-encoding']
  return told.some((name) => answer.header(`x-goog-${name}`) !== undefined)
}

function entryOfHeaders(path: string, size: number, answer: Answer): SizedEntry {
  const header = (name: string) => answer.header(name)
  const contentEncoding = storedEncoding(answer)
  const hashes = header('x-goog-hash') ?? ''
  const digests = digestsOf(/\bcrc32c=([\w+/=]+)/u.exec(hashes)?.[1], /\bmd5=([\w+/=]+)/u.exec(hashes)?.[1])
  // Not the service's own time, which it tells here in seconds, and elsewhere in milliseconds.
  const modified = readModified((name) => header(`x-goog-meta-${name}`))
  const version = header('x-goog-generation')
  const contentType = header('content-type')
  const tier = header('x-goog-storage-class')
  return {
    path,
    size,
    ...(version !== undefined && { version }),
    ...(digests !== undefined && { digests }),
    ...(modified !== undefined && { modified }),
    ...(contentType !== undefined && { contentType }),
    ...(contentEncoding !== undefined && { contentEncoding }),
    ...(tier !== undefined && { tier }),
  }
}

/** How the object is kept; what was zipped or unzipped on its way would be taken for its bytes. */
function storedEncoding(answer: Answer): string | undefined {
  const sent = answer.header('content-encoding') ?? 'identity'
  const stored = answer.header('x-goog-stored-content-encoding') ?? sent
  if (sent !== stored && (sent === 'gzip' || stored === 'gzip')) {
    throw new GantryError(
      'unsupported',
      'The service, or a proxy before it, changes how objects are compressed: switch that off there.',
    )
  }
  return stored === 'identity' || stored === '' ? undefined : stored
}
