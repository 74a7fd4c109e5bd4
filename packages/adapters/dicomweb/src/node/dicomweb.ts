import { nodeTransport } from '@gantry/http/node'

import { clientOf, type DicomwebClient } from '../client.ts'
import { openService } from '../open-service.ts'
import { type NodeDicomwebOptions } from '../options.ts'

/** A client over `node:http`, whose connections are used again. */
export function dicomwebClient(options: NodeDicomwebOptions): DicomwebClient {
  const { ca, ...rest } = options
  return clientOf(openService(nodeTransport({ ca, service: 'The DICOMweb service' }), rest))
}
