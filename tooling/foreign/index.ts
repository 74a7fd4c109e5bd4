export { codRetrieve, type CodRetrieveSeries } from './cod-retrieve.ts'
export { dicomwebClient, type DicomwebClient, type DicomwebClientOptions } from './dicomweb-client.ts'
export { orthancClient, type OrthancClient, type OrthancResource } from './orthanc-client.ts'
