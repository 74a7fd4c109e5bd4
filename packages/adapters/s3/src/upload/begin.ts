import type { ChecksumAlgorithm, StorageClass } from '@aws-sdk/client-s3'
import { type Call, GantryError, isLinear, type NewEntry, type Upload } from '@gantry/core/driver'

import type { Checksum } from '../checksum/algorithm.ts'
import { lockModeOf, metadataOf } from '../object/put-headers.ts'
import { refuseWithoutLock } from '../retention.ts'
import { ask } from '../service/ask.ts'
import type { Service } from '../service/service.ts'

/** Begins an upload in parts, whose checksum is to be that of the whole where parts can be added up. */
export async function begin(
  service: Service,
  entry: NewEntry,
  checksum: Checksum | undefined,
  call: Call,
): Promise<Upload> {
  if (entry.retainUntil !== undefined) await refuseWithoutLock(service, call)
  const { CreateMultipartUploadCommand } = await import('@aws-sdk/client-s3')
  const { settings } = service
  const tier = entry.tier ?? settings.storageClass
  const command = new CreateMultipartUploadCommand({
    Bucket: settings.bucket,
    Key: service.keyOf(entry.path),
    ContentType: entry.contentType ?? 'application/octet-stream',
    ...(entry.contentEncoding === undefined ? {} : { ContentEncoding: entry.contentEncoding }),
    Metadata: metadataOf(entry),
    ...(tier === undefined ? {} : { StorageClass: tier as StorageClass }),
    ...(settings.serverSideEncryption === undefined ? {} : { ServerSideEncryption: settings.serverSideEncryption }),
    ...(entry.retainUntil === undefined
      ? {}
      : { ObjectLockMode: lockModeOf(settings), ObjectLockRetainUntilDate: new Date(entry.retainUntil) }),
    ...(checksum === undefined
      ? {}
      : {
          ChecksumAlgorithm: checksum.toUpperCase() as ChecksumAlgorithm,
          ChecksumType: isLinear(checksum) ? 'FULL_OBJECT' : 'COMPOSITE',
        }),
  })
  const { UploadId } = await ask(service, call, async (client, options) => await client.send(command, options))
  if (UploadId === undefined) throw new GantryError('unavailable', 'The service did not name the upload.')
  return { path: entry.path, id: UploadId, started: Date.now() }
}
