export { type IgtOptions, type IgtRequest, type IgtServer } from './options.ts'
export { startIgt } from './start-igt.ts'
