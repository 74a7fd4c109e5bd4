import { fetchTransport } from '@gantry/http'

import { clientOf, type DicomwebClient } from './client.ts'
import { openService } from './open-service.ts'
import type { DicomwebOptions } from './options.ts'

/** A client over `fetch`. */
export function dicomwebClient(options: DicomwebOptions): DicomwebClient {
  const { fetch, ...rest } = options
  return clientOf(openService(fetchTransport({ fetch, service: 'The DICOMweb service' }), rest))
}
