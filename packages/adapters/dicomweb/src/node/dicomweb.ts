import { checkGiven, defineAdapter, type StoreDriver } from '@gantry/core/driver'
import { nodeTransport } from '@gantry/http/node'

import { clientOf, type DicomwebClient } from '../client.ts'
import { openDriver } from '../driver.ts'
import { openService } from '../open-service.ts'
import { type NodeDicomwebOptions, nodeDicomwebOptionsSchema } from '../options.ts'
import { rootOf } from '../parse-url.ts'
import type { Service } from '../service.ts'

/** A client over `node:http`, whose connections are used again. */
export function dicomwebClient(options: NodeDicomwebOptions): DicomwebClient {
  return clientOf(serviceOf(options))
}

/** What a service keeps, as a store; over `node:http`. */
export function dicomweb(options: NodeDicomwebOptions): StoreDriver {
  return openDriver(serviceOf(options), 'dicomweb')
}

function serviceOf(options: NodeDicomwebOptions): Service {
  checkGiven(options, 'a DICOMweb service', { root: 'string', now: 'function?' })
  const { ca, ...rest } = options
  return openService(nodeTransport({ ca, service: 'The DICOMweb service' }), rest)
}

const definition = {
  summary: 'A DICOMweb service: dicomweb://pacs.example.org/dicom-web',
  options: nodeDicomwebOptionsSchema,
  open: (url: string, options: Omit<NodeDicomwebOptions, 'root'>) => dicomweb({ ...options, root: rootOf(url) }),
}

/** `dicomweb://host[:port]/path`. */
export const dicomwebAdapter = defineAdapter({ ...definition, scheme: 'dicomweb' })

/** `dicomweb+http://127.0.0.1:port/path`: a service on this machine, without TLS. */
export const plainDicomwebAdapter = defineAdapter({
  ...definition,
  scheme: 'dicomweb+http',
  summary: 'A DICOMweb service on this machine, without TLS: dicomweb+http://127.0.0.1:8042/dicom-web',
})
