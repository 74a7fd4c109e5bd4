import { createRequire } from 'node:module'
import { XmlHttpRequest } from './xml-http-request.ts'

export interface DicomwebClientOptions {
  /** Where DICOMweb is served: `http://127.0.0.1:18042/dicom-web` */
  readonly root: string
  /** Of every request. */
  readonly headers?: Readonly<Record<string, string>>
}

interface Study {
  readonly studyInstanceUID: string
}
interface Series extends Study {
  readonly seriesInstanceUID: string
}
interface Instance extends Series {
  readonly sopInstanceUID: string
}
interface Query {
  readonly queryParams?: Readonly<Record<string, string>>
}
/** What may come: `{ mediaType: 'application/octet-stream', transferSyntaxUID: '*' }` */
interface MediaTypes {
  readonly mediaTypes?: readonly { readonly mediaType: string; readonly transferSyntaxUID?: string }[]
}
/** A data set as DICOM JSON, by tag. */
type Json = Readonly<Record<string, { readonly vr: string; readonly Value?: readonly unknown[] }>>

/** What `dicomweb-client` can do; its own types ask for more than it needs and promise less than it returns. */
export interface DicomwebClient {
  searchForStudies(options?: Query): Promise<Json[]>
  searchForSeries(options?: Query & Partial<Study>): Promise<Json[]>
  searchForInstances(options?: Query & Partial<Series>): Promise<Json[]>
  retrieveStudyMetadata(options: Study): Promise<Json[]>
  retrieveSeriesMetadata(options: Series): Promise<Json[]>
  retrieveInstanceMetadata(options: Instance): Promise<Json[]>
  retrieveStudy(options: Study & MediaTypes): Promise<ArrayBuffer[]>
  retrieveSeries(options: Series & MediaTypes): Promise<ArrayBuffer[]>
  retrieveInstance(options: Instance & MediaTypes): Promise<ArrayBuffer>
  retrieveInstanceFrames(
    options: Instance & MediaTypes & { readonly frameNumbers: readonly number[] },
  ): Promise<ArrayBuffer[]>
  retrieveInstanceRendered(options: Instance & MediaTypes & Query): Promise<ArrayBuffer>
  retrieveBulkData(options: MediaTypes & { readonly BulkDataURI: string }): Promise<ArrayBuffer[]>
  storeInstances(options: Partial<Study> & { readonly datasets: readonly ArrayBuffer[] }): Promise<unknown>
}

interface Module {
  readonly api: { readonly DICOMwebClient: new (options: unknown) => DicomwebClient }
}

/** The client of OHIF and cornerstone, which knows browsers alone: here it is given what it needs of one. */
export function dicomwebClient({ root, headers = {} }: DicomwebClientOptions): DicomwebClient {
  Object.assign(globalThis, { XMLHttpRequest: XmlHttpRequest })
  // Its ES module has a name that Node takes for CommonJS.
  const { api }: Module = createRequire(import.meta.url)('dicomweb-client')
  return new api.DICOMwebClient({ url: root, headers: { ...headers } })
}
