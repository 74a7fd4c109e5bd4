export { deviceClient, type GoogleOptions, type GoogleProject, installedClient, webClient } from './options.ts'
export { type GoogleServer, startGoogle } from './start-google.ts'
export { account } from './token.ts'
