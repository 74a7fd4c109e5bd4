import { type Call, isAtOrBelow, type Upload } from '@gantry/core/driver'
import { decodeKey, nextOf } from '@gantry/http'

import { ask } from '../service/ask.ts'
import type { Service } from '../service/service.ts'

/** Uploads in parts that were begun at or below `prefix`, by whomever, and neither completed nor aborted. */
export async function* unfinished(
  service: Service,
  prefix: string | undefined,
  call: Call,
): AsyncGenerator<Upload, void, undefined> {
  const { ListMultipartUploadsCommand } = await import('@aws-sdk/client-s3')
  const { bucket, prefix: root } = service.settings
  let token: string | undefined
  let markers: { KeyMarker?: string; UploadIdMarker?: string } = {}
  for (;;) {
    const command = new ListMultipartUploadsCommand({
      Bucket: bucket,
      Prefix: root + (prefix ?? ''),
      EncodingType: 'url',
      ...markers,
    })
    const page = await ask(service, call, async (client, options) => await client.send(command, options))
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      if (Key === undefined || UploadId === undefined) continue
      const path = decodeKey(Key).slice(root.length)
      if (isAtOrBelow(path, prefix))
        yield { path, id: UploadId, ...(Initiated === undefined ? {} : { started: Initiated.getTime() }) }
    }
    const { IsTruncated, NextKeyMarker, NextUploadIdMarker } = page
    if (IsTruncated !== true || NextKeyMarker === undefined) return
    token = nextOf(`${NextKeyMarker}\0${NextUploadIdMarker ?? ''}`, token)
    markers = {
      KeyMarker: decodeKey(NextKeyMarker),
      ...(NextUploadIdMarker === undefined ? {} : { UploadIdMarker: NextUploadIdMarker }),
    }
  }
}
