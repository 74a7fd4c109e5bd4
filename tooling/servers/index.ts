export { type Certificate, hasOpenssl, makeCertificate } from './machine/certificate.ts'
export { ensureDebianPackages } from './machine/debian.ts'
export { freePort } from './machine/free-port.ts'
export { serversFolder } from './machine/folders.ts'
export {
  type RunningSecretService,
  secretServiceUnavailable,
  startSecretService,
} from './keyring/start-secret-service.ts'
export { orthancUnavailable, type OrthancSuite } from './orthanc/install-orthanc.ts'
export type { OrthancPeer } from './orthanc/orthanc-configuration.ts'
export type { OrthancAccess, OrthancLogin, RunningOrthanc } from './orthanc/orthanc-server.ts'
export { startOrthanc, type StartOrthanc } from './orthanc/start-orthanc.ts'
export { postgresUnavailable, type RunningPostgres, startPostgres } from './postgres/start-postgres.ts'
export { redisUnavailable, type RunningRedis, startRedis } from './redis/start-redis.ts'
export { startRgw } from './rgw/start-rgw.ts'
export { rgwUnavailable } from './rgw/install-rgw.ts'
export type { RgwSuite } from './rgw/suite.ts'
export type { AvailableS3Server, RunningS3Server, S3Access, S3Features, S3Server } from './s3-server.ts'
