import type { OnTrouble } from '@gantry/cod'
import type { Adapter, OverAdapter } from '@gantry/core'

/** The adapters that come with gantry, each loaded when its scheme is used: the SDKs behind them are large. */
export const builtinAdapters: Readonly<Record<string, () => Promise<Adapter>>> = {
  file: async () => (await import('@gantry/fs')).fsAdapter,
  s3: async () => (await import('@gantry/s3')).s3Adapter,
  gs: async () => (await import('@gantry/gcs')).gcsAdapter,
  hub: async () => (await import('@gantry/hub-store/node')).hubAdapter,
  'hub+http': async () => (await import('@gantry/hub-store/node')).loopbackHubAdapter,
  dicomweb: async () => (await import('@gantry/dicomweb/node')).dicomwebAdapter,
  'dicomweb+http': async () => (await import('@gantry/dicomweb/node')).plainDicomwebAdapter,
  healthcare: async () => (await import('./healthcare-place.ts')).healthcare,
  'igt+https': async () => (await import('./igt-adapters.ts')).igtAdapter,
  'igt+http': async () => (await import('./igt-adapters.ts')).loopbackIgtAdapter,
  memory: async () => (await import('@gantry/memory')).memoryAdapter,
}

/** What such an adapter may be told besides the options of a place. */
export interface Listening {
  /** Of series of cloud optimized DICOM. */
  readonly onTrouble?: OnTrouble
}

/** Those of storages that lie in another one: `cod+s3:`. */
export const builtinOverAdapters: Readonly<Record<string, (listening?: Listening) => Promise<OverAdapter>>> = {
  async cod({ onTrouble } = {}) {
    const [{ codAdapterOn }, { nodeHashing }] = await Promise.all([import('@gantry/cod'), import('@gantry/transfer')])
    return codAdapterOn({ hashing: nodeHashing, ...(onTrouble !== undefined && { onTrouble }) })
  },
  async car() {
    const [{ carAdapterOn }, { nodeHashing }] = await Promise.all([import('@gantry/w3up'), import('@gantry/transfer')])
    return carAdapterOn({ hashing: nodeHashing })
  },
  async ipfs() {
    const [{ ipfsAdapterOn }, { nodeHashing }] = await Promise.all([import('@gantry/w3up'), import('@gantry/transfer')])
    return ipfsAdapterOn({ hashing: nodeHashing })
  },
  async w3up() {
    const [{ w3upAdapterOn }, { nodeHashing }] = await Promise.all([import('@gantry/w3up'), import('@gantry/transfer')])
    return w3upAdapterOn({ hashing: nodeHashing })
  },
}

/** The URL of the given store, of `cod+s3://bucket/root`: `s3://bucket/root`. */
export function givenUrl(url: string): string {
  const [, outer, rest] = /^([a-z][a-z0-9.-]*)\+(.*)$/su.exec(url) ?? []
  return outer !== undefined && rest !== undefined && Object.hasOwn(builtinOverAdapters, outer) ? givenUrl(rest) : url
}
