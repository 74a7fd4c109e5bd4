import { type Retrieving, retrievingOf } from './retrieve/retrieving.ts'
import { type Searching, searchingOf } from './search/searching.ts'
import type { Service } from './service.ts'

/** What a viewer asks a DICOMweb service for. */
export interface DicomwebClient extends Retrieving, Searching {
  close(): void
}

export function clientOf(service: Service): DicomwebClient {
  return {
    ...retrievingOf(service),
    ...searchingOf(service),
    close: () => service.close(),
  }
}
