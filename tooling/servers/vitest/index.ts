export { orthancUnavailable, type OrthancSuite } from '../orthanc/install-orthanc.ts'
export type { OrthancPeer } from '../orthanc/orthanc-configuration.ts'
export type {
  AvailableOrthanc,
  OrthancAccess,
  OrthancLogin,
  OrthancServer,
  RunningOrthanc,
} from '../orthanc/orthanc-server.ts'
export { startOrthanc, type StartOrthanc } from '../orthanc/start-orthanc.ts'
export { startRgw } from '../rgw/start-rgw.ts'
export { rgwUnavailable } from '../rgw/install-rgw.ts'
export type { AvailableS3Server, RunningS3Server, S3Access, S3Features, S3Server } from '../s3-server.ts'
export { orthancServers, type RealOrthancServer } from './orthanc-servers.ts'
export { realGcsServers, type RealGcsServer } from './real-gcs-servers.ts'
export { realKuboNodes, type RealKuboNode } from './real-kubo-nodes.ts'
export { realS3Servers, realS3ServersAndOld, type RealS3Server } from './real-s3-servers.ts'
