import type { Adapter } from '@gantry/core'

/** The adapters that come with gantry, each loaded when its scheme is used: the SDKs behind them are large. */
export const builtinAdapters: Readonly<Record<string, () => Promise<Adapter>>> = {
  file: async () => (await import('@gantry/fs')).fsAdapter,
  s3: async () => (await import('@gantry/s3')).s3Adapter,
  hub: async () => (await import('@gantry/hub-store/node')).hubAdapter,
  'hub+http': async () => (await import('@gantry/hub-store/node')).loopbackHubAdapter,
  dicomweb: async () => (await import('@gantry/dicomweb/node')).dicomwebAdapter,
  'dicomweb+http': async () => (await import('@gantry/dicomweb/node')).plainDicomwebAdapter,
  healthcare: async () => (await import('./healthcare-place.ts')).healthcare,
  memory: async () => (await import('@gantry/memory')).memoryAdapter,
}
