import { type Fetching, fetchingOf } from './fetch/fetching.ts'
import { type Retrieving, retrievingOf } from './retrieve/retrieving.ts'
import { type Searching, searchingOf } from './search/searching.ts'
import type { Service } from './service.ts'
import { type Storing, storingOf } from './store/storing.ts'

/** What a viewer asks a DICOMweb service for. */
export interface DicomwebClient extends Retrieving, Fetching, Searching, Storing {
  close(): void
}

export function clientOf(service: Service): DicomwebClient {
  return {
    ...retrievingOf(service),
    ...fetchingOf(service),
    ...searchingOf(service),
    ...storingOf(service),
    close: () => service.close(),
  }
}
