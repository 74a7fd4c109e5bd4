import type { Call, StoredPart } from '@gantry/core/driver'
import { GantryError } from '@gantry/core/driver'
import { elementOf, elementsOf, nextOf, retrying } from '@gantry/http'

import { notOfGcs, type Service } from '../service/service.ts'
import type { Place } from './staged.ts'

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
      const number = Number(elementOf(part, 'PartNumber'))
      const size = Number(elementOf(part, 'Size'))
      const tag = elementOf(part, 'ETag')
      if (!Number.isInteger(number) || !Number.isInteger(size) || tag === undefined) throw notOfGcs()
      yield { number, offset, size, tag }
      offset += size
    }
    const isMore = elementOf(text, 'IsTruncated') === 'true'
    marker = isMore ? nextOf(elementOf(text, 'NextPartNumberMarker'), marker) : undefined
  } while (marker !== undefined)
}
