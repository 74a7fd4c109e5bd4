import { generateKeyPairSync } from 'node:crypto'
import { inspect } from 'node:util'

import { bytesOf, collect, type Entry, type GantryError, isGantryError, Store, type StoreUploads } from '@gantry/core'
import type { HubKeyFile } from '@gantry/core/hub'

import { hubStore as fetchHubStore } from '../index.ts'
import { hubStore as nodeHubStore } from '../node.ts'

/** Both roads to a hub. */
export const roads = [
  ['node:http', nodeHubStore],
  ['fetch', fetchHubStore],
] as const

export const hello = Buffer.from('hello')
/** Longer than what is sent by one PUT. */
export const large = Buffer.alloc(3_000_000, 'large ')

export async function put(store: Store, path: string, bytes: Uint8Array = hello): Promise<Entry> {
  return await store.write({ path, size: bytes.length }, bytesOf(bytes))
}

export async function get(store: Store, path: string): Promise<Uint8Array> {
  return await collect((await store.read(path)).body)
}

export function uploadsOf(store: Store): StoreUploads {
  if (store.uploads === undefined) throw new Error('No uploads.')
  return store.uploads
}

export async function list(store: Store): Promise<Entry[]> {
  const entries: Entry[] = []
  for await (const entry of store.list()) entries.push(entry)
  return entries
}

/** What a call fails with. */
export async function failure(call: Promise<unknown>): Promise<GantryError> {
  const error: unknown = await call.catch((thrown: unknown) => thrown)
  if (!isGantryError(error)) throw new Error(`No GantryError: ${inspect(error)}`)
  return error
}

const kinds = {
  EdDSA: () => generateKeyPairSync('ed25519'),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
}

/** A key file as a hub writes it, and what the hub keeps of it. */
export function createKey(hub: string, alg: keyof typeof kinds = 'EdDSA') {
  const { privateKey, publicKey } = kinds[alg]()
  const jwk = privateKey.export({ format: 'jwk' })
  const file: HubKeyFile = {
    type: 'gantry-service-account',
    hub,
    account: 'uploader',
    key: { ...jwk, kid: 'key-1', alg, use: 'sig', key_ops: ['sign'] },
  }
  return { file, publicKey }
}
