export type { FaultMoment, S3Fault, S3FaultAction, S3FaultRule } from './fault.ts'
export type { S3Credential } from './protocol/credentials.ts'
export type { S3Operation } from './protocol/operation.ts'
export { type S3ClientConfig, type S3Server, type S3ServerOptions, startS3Server } from './server.ts'
