import type { Call, StoredPart } from '@gantry/core/driver'
import { GantryError } from '@gantry/core/driver'
import { retrying } from '@gantry/http'

import { notOfGcs, type Service } from '../service/service.ts'
import type { Place } from './staged.ts'
import { elementsOf, textOf } from './xml.ts'

/** Parts that the service has, by number. It tells no checksums of them here. */
export async function* listParts(
  service: Service,
  { key, uploadId }: Place,
  call: Call,
): AsyncGenerator<StoredPart, void, undefined> {
  if (uploadId === '') throw new GantryError('not_found', 'The upload is complete: begin another.')
  let marker: string | undefined
  let offset = 0
  do {
    const url = service.xmlUrl(key, { uploadId, 'part-number-marker': marker })
    const { text } = await retrying(
      call,
      async () => await service.text({ method: 'GET', url }, { signal: call.signal }),
    )
    if (!/<\/ListPartsResult>\s*$/u.test(text)) throw notOfGcs()
    for (const part of elementsOf(text, 'Part')) {
      const number = Number(textOf(part, 'PartNumber'))
      const size = Number(textOf(part, 'Size'))
      const tag = textOf(part, 'ETag')
      if (!Number.isInteger(number) || !Number.isInteger(size) || tag === undefined) throw notOfGcs()
      yield { number, offset, size, tag }
      offset += size
    }
    marker = textOf(text, 'IsTruncated') === 'true' ? textOf(text, 'NextPartNumberMarker') : undefined
  } while (marker !== undefined)
}
