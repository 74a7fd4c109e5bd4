export {
  type ApplicationDefaultOptions,
  applicationDefaultTokens,
  serviceAccountTokens,
  type ServiceAccountOptions,
} from './node/application-default.ts'
export { type DeviceCode, signInByDevice, type DeviceSignInOptions } from './node/device-sign-in.ts'
export { signInByLoopback, type LoopbackSignInOptions } from './node/loopback-sign-in.ts'
