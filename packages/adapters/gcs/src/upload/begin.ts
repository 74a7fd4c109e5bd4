import { type Call, type ErrorCode, GantryError, isGantryError, type NewEntry, type Upload } from '@gantry/core/driver'
import { elementOf } from '@gantry/http'

import { generationMatch } from '../object/conditions.ts'
import { customMetadata, octets, retentionResource } from '../object/metadata.ts'
import type { Service } from '../service/service.ts'
import { idOf, newStage } from './staged.ts'

/** Begins an upload in parts: of its own name, or under another where a condition must hold in the end. */
export async function begin(service: Service, entry: NewEntry, call: Call): Promise<Upload> {
  const { path } = entry
  const isConditional = generationMatch(entry) !== undefined
  const { stage, key } = isConditional ? newStage(service, path) : { stage: undefined, key: service.keyOf(path) }
  const request = {
    method: 'POST',
    url: service.xmlUrl(key, { uploads: '' }),
    headers: headersOf(service, entry, stage !== undefined),
    body: new Uint8Array(),
  } as const
  const text = await service.text(request, { signal: call.signal }).then(
    (told) => told.text,
    (error: unknown) => {
      throw ofEmulator(error, service)
    },
  )
  const id = elementOf(text, 'UploadId')
  if (id === undefined || id === '') throw new GantryError('unavailable', 'The service did not name the upload.')
  return { path, id: idOf(stage, id), started: service.settings.now() }
}

/** What is staged is retained only where it ends, because it has to be removed where it is. */
function headersOf({ settings }: Service, entry: NewEntry, isStaged: boolean): Record<string, string> {
  const { contentType = octets, contentEncoding, retainUntil, tier = settings.storageClass } = entry
  const custom = Object.entries(customMetadata(entry)).map(([name, value]) => [`x-goog-meta-${name}`, value])
  const retained =
    retainUntil === undefined || isStaged ? undefined : retentionResource(retainUntil, settings.retention)
  return {
    'content-type': contentType,
    ...(contentEncoding !== undefined && { 'content-encoding': contentEncoding }),
    ...(tier !== undefined && { 'x-goog-storage-class': tier }),
    ...(retained !== undefined && {
      'x-goog-object-lock-mode': settings.retention === 'locked' ? 'COMPLIANCE' : 'GOVERNANCE',
      'x-goog-object-lock-retain-until-date': retained.retainUntilTime,
    }),
    ...(Object.fromEntries(custom) as Record<string, string>),
  }
}

/** Emulators lack the XML API, each in its own words; GCS itself refuses nothing so that it would help. */
function ofEmulator(error: unknown, { settings }: Service): unknown {
  const foreign = new URL(settings.endpoint).hostname !== 'storage.googleapis.com'
  if (!foreign || !isGantryError(error) || !lacking.has(error.code)) return error
  const message = `${error.message} An emulator that lacks uploads in parts needs the option uploadsInParts false.`
  return new GantryError(error.code, message, { cause: error })
}

const lacking: ReadonlySet<ErrorCode> = new Set(['invalid', 'unsupported', 'not_found'])
