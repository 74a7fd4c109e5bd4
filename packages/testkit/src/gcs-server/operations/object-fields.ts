import { GcsError } from '../protocol/gcs-error.ts'
import { type Hashes, parseHashes } from '../protocol/hashes.ts'
import type { GcsBucket } from '../state/gcs-bucket.ts'
import { type ObjectFields, type ObjectRetention, storageClasses } from '../state/gcs-object.ts'

type Json = Readonly<Record<string, unknown>>

const texts = [
  'contentType',
  'contentEncoding',
  'contentDisposition',
  'contentLanguage',
  'cacheControl',
  'storageClass',
  'customTime',
] as const
const flags = ['temporaryHold', 'eventBasedHold'] as const

/** What a resource of the JSON API says of an object, over what is said of it already. `null` takes back. */
export function fieldsOfJson(json: Json, bucket: GcsBucket, before: ObjectFields = {}): ObjectFields {
  const fields: Record<string, unknown> = { ...before }
  for (const name of texts) {
    if (json[name] === null) delete fields[name]
    else if (json[name] !== undefined) fields[name] = textOf(json[name])
  }
  for (const name of flags) if (json[name] !== undefined) fields[name] = json[name] === true
  if (json['metadata'] !== undefined) fields['metadata'] = metadataOf(json['metadata'], before.metadata)
  if (json['retention'] === null) delete fields['retention']
  else if (json['retention'] !== undefined) fields['retention'] = retentionOf(json['retention'], bucket)
  return checkFields(fields)
}

export function hashesOfJson(json: Json): Hashes {
  const { crc32c, md5Hash } = json
  return {
    ...(typeof crc32c === 'string' && { crc32c }),
    ...(typeof md5Hash === 'string' && { md5: md5Hash }),
  }
}

/** What the headers of the XML API say of an object. */
export function fieldsOfHeaders(headers: ReadonlyMap<string, string>, bucket: GcsBucket): ObjectFields {
  const metadata: Record<string, string> = {}
  for (const [name, value] of headers) {
    if (name.startsWith('x-goog-meta-')) metadata[name.slice('x-goog-meta-'.length)] = decodeLatin(value)
  }
  const retainUntilTime = headers.get('x-goog-object-lock-retain-until-date')
  const mode = headers.get('x-goog-object-lock-mode')?.toLowerCase() === 'compliance' ? 'Locked' : 'Unlocked'
  return checkFields({
    contentType: headers.get('content-type'),
    contentEncoding: headers.get('content-encoding'),
    contentDisposition: headers.get('content-disposition'),
    contentLanguage: headers.get('content-language'),
    cacheControl: headers.get('cache-control'),
    storageClass: headers.get('x-goog-storage-class'),
    customTime: headers.get('x-goog-custom-time'),
    ...(Object.keys(metadata).length > 0 && { metadata }),
    ...(retainUntilTime !== undefined && { retention: retentionOf({ mode, retainUntilTime }, bucket) }),
  })
}

export function hashesOfHeaders(headers: ReadonlyMap<string, string>): Hashes {
  const md5 = headers.get('content-md5')
  return { ...(md5 !== undefined && { md5 }), ...parseHashes(headers.get('x-goog-hash')) }
}

function checkFields(fields: ObjectFields): ObjectFields {
  const { storageClass } = fields
  if (storageClass !== undefined && !storageClasses.includes(storageClass)) {
    throw new GcsError('invalid', { message: 'Invalid storage class.' })
  }
  return fields
}

function retentionOf(value: unknown, bucket: GcsBucket): ObjectRetention {
  if (!bucket.objectRetention) {
    throw new GcsError('invalid', { message: 'Object retention is not enabled for the bucket.' })
  }
  const { mode, retainUntilTime } = { ...(value as Partial<ObjectRetention>) }
  const until = Date.parse(retainUntilTime ?? '')
  if ((mode !== 'Locked' && mode !== 'Unlocked') || Number.isNaN(until)) throw new GcsError('invalid')
  return { mode, retainUntilTime: new Date(until).toISOString() }
}

function metadataOf(value: unknown, before: ObjectFields['metadata'] = {}): Record<string, string> {
  if (value === null) return {}
  const metadata = { ...before }
  for (const [name, text] of Object.entries(value as Json)) {
    if (text === null) delete metadata[name]
    else metadata[name] = textOf(text)
  }
  return metadata
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new GcsError('invalid')
  return value
}

/** Node reads headers as Latin-1, and users write UTF-8. */
function decodeLatin(value: string): string {
  return Buffer.from(value, 'latin1').toString('utf8')
}
