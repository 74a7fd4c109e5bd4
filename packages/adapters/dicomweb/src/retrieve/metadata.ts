import { type Call, type DicomJson, GantryError } from '@gantry/core/driver'

import { notOf, parseContentType } from '@gantry/http'

import { jsonElements } from '../json/json-elements.ts'
import type { Service } from '../service.ts'
import { partError, partialOf } from '../told-parts.ts'
import { type Resource, segmentsOf } from './resource.ts'

/** Data sets of the instances of a study, series or instance, one after another, without their bulk data. */
export async function* retrieveMetadata(
  service: Service,
  resource: Resource,
  call: Call,
): AsyncGenerator<DicomJson, void, undefined> {
  const path = [...segmentsOf(resource), 'metadata']
  const answer = await service.send({ method: 'GET', path, headers: { accept: 'application/dicom+json' } }, call)
  if (answer.status === 204) {
    await answer.body.return?.()
    return
  }
  // Many say `application/json`, and some nothing; but no data set is a page.
  if (parseContentType(answer.header('content-type') ?? '').mediaType === 'text/html') {
    await answer.body.return?.()
    throw notOf('a DICOMweb service')
  }
  for await (const element of jsonElements(answer.body)) {
    if (typeof element !== 'object' || element === null || Array.isArray(element)) {
      throw new GantryError('integrity', 'The answer is malformed: it holds something else than data sets.')
    }
    yield element as DicomJson
  }
  const partial = partialOf(answer)
  if (partial !== undefined) throw partError(partial)
  if (answer.status === 206) throw new GantryError('integrity', 'The service gave some of what was asked for alone.')
}
