export { type Credentials, type CredentialsProvider } from './credentials.ts'
export { Connections } from './http/connections.ts'
export { type S3Options } from './options.ts'
export { s3, s3Adapter } from './s3.ts'
