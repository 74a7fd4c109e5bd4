import { type CallOptions, toCall } from '@gantry/core/driver'

import { type Rendered, type RenderedOptions, retrieveRendered } from './retrieve/rendered.ts'
import type { Resource } from './retrieve/resource.ts'
import type { Service } from './service.ts'

/** What a viewer asks a DICOMweb service for. */
export interface DicomwebClient {
  /** An instance, or frames of it, as a picture. */
  retrieveRendered(resource: Resource, options?: RenderedOptions & CallOptions): Promise<Rendered>
  close(): void
}

export function clientOf(service: Service): DicomwebClient {
  return {
    retrieveRendered: async (resource, options = {}) =>
      await retrieveRendered(service, resource, options, toCall(options)),
    close: () => service.close(),
  }
}
