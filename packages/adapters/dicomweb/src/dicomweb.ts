import { checkGiven, defineAdapter, type StoreDriver } from '@gantry/core/driver'
import { fetchTransport } from '@gantry/http'

import { clientOf, type DicomwebClient } from './client.ts'
import { openDriver } from './driver.ts'
import { openService } from './open-service.ts'
import { type DicomwebOptions, dicomwebOptionsSchema } from './options.ts'
import { rootOf } from './parse-url.ts'
import type { Service } from './service.ts'

/** A client over `fetch`. */
export function dicomwebClient(options: DicomwebOptions): DicomwebClient {
  return clientOf(serviceOf(options))
}

/** What a service keeps, as a store; over `fetch`. */
export function dicomweb(options: DicomwebOptions): StoreDriver {
  return openDriver(serviceOf(options), 'dicomweb')
}

function serviceOf(options: DicomwebOptions): Service {
  checkGiven(options, 'a DICOMweb service', { root: 'string', now: 'function?', fetch: 'function?' })
  const { fetch, ...rest } = options
  return openService(fetchTransport({ fetch, service: 'The DICOMweb service' }), rest)
}

const definition = {
  summary: 'A DICOMweb service: dicomweb://pacs.example.org/dicom-web',
  options: dicomwebOptionsSchema,
  open: (url: string, options: Omit<DicomwebOptions, 'root'>) => dicomweb({ ...options, root: rootOf(url) }),
}

/** `dicomweb://host[:port]/path`. */
export const dicomwebAdapter = defineAdapter({ ...definition, scheme: 'dicomweb' })

/** `dicomweb+http://127.0.0.1:port/path`: a service on this machine, without TLS. */
export const plainDicomwebAdapter = defineAdapter({
  ...definition,
  scheme: 'dicomweb+http',
  summary: 'A DICOMweb service on this machine, without TLS: dicomweb+http://127.0.0.1:8042/dicom-web',
})
