import { type Retrieving, retrievingOf } from './retrieve/retrieving.ts'
import type { Service } from './service.ts'

/** What a viewer asks a DICOMweb service for. */
export interface DicomwebClient extends Retrieving {
  close(): void
}

export function clientOf(service: Service): DicomwebClient {
  return {
    ...retrievingOf(service),
    close: () => service.close(),
  }
}
