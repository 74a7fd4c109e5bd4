export { bodyStream, type Sending } from './server/body-stream.ts'
export { askedRange, entityTags, type HeaderOf, isUnchanged } from './server/conditions.ts'
export { counted } from './server/counted.ts'
export { type RequestLog } from './server/request-log.ts'
