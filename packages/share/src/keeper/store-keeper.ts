import { bytesOf, type CallOptions, collect, GantryError, isGantryError, type Store } from '@gantry/core'
import { base64 } from '@scure/base'
import * as z from 'zod'

import { isShareId } from '../secret/secret-link.ts'
import type { ShareKeeper, ShareTerms } from './share-keeper.ts'

const folder = 'shares'
const longestRecord = 64 * 1024

const recordSchema = z.looseObject({
  version: z.literal(1),
  metadata: z.string().min(1),
  created: z.int().nonnegative(),
  keyLock: z.base64().optional(),
})

/**
 * Shares as small records in the store that has their objects: for who shares a bucket or a folder, without a hub. They
 * end when they are revoked; nobody counts who opens them.
 */
export function storeKeeper(store: Store, now: () => number): ShareKeeper {
  const readIfThere = async (id: string, call: CallOptions) => {
    try {
      const { body } = await store.read(`${folder}/${id}`, undefined, call)
      return parse(await collect(body, longestRecord))
    } catch (error) {
      if (isGantryError(error) && error.code === 'not_found') return undefined
      throw error
    }
  }
  return {
    hub: undefined,
    store,
    checkTerms,
    async create({ id, metadata, keyLock, ...terms }, call) {
      checkTerms(terms)
      const locked = keyLock === undefined ? {} : { keyLock: base64.encode(keyLock) }
      const bytes = new TextEncoder().encode(JSON.stringify({ version: 1, metadata, created: now(), ...locked }))
      const ifAbsent = store.abilities.conditional
      await store.write({ path: `${folder}/${id}`, size: bytes.length, ifAbsent }, bytesOf(bytes), call)
    },
    async open(id, call) {
      const record = await readIfThere(id, call)
      if (record === undefined) throw noShare()
      const { metadata, keyLock } = record
      return { metadata, store, ...(keyLock !== undefined && { keyLock: base64.decode(keyLock) }) }
    },
    async revoke(id, call) {
      const record = await readIfThere(id, call)
      // Who asks in the wrong place must not take it for revoked.
      if (record === undefined) throw noShare()
      // First what opens it: without its metadata, nobody has the keys of the objects.
      await store.remove(record.metadata, call)
      await store.remove(`${folder}/${id}`, call)
    },
    async *list(call) {
      const summaries = []
      for await (const { path } of store.list({ prefix: folder }, call)) {
        const id = path.slice(folder.length + 1)
        // Somebody else's file, or a share that ends at this moment, is none.
        const record = isShareId(id) ? await readIfThere(id, call) : undefined
        if (record === undefined) continue
        summaries.push({ id, created: record.created, passphrase: record.keyLock !== undefined })
      }
      yield* summaries.sort((a, b) => b.created - a.created)
    },
    async audit() {
      throw new GantryError('unsupported', 'A store keeps no account of who opens its shares: share through a hub.')
    },
    // Nothing here expires.
    lock: async () => {},
  }
}

function noShare(): GantryError {
  return new GantryError('not_found', 'There is no such share here: it was revoked, or is kept elsewhere.')
}

function checkTerms({ expiresIn, maxOpens, tokenRequired }: ShareTerms): void {
  if (expiresIn === undefined && maxOpens === undefined && tokenRequired !== true) return
  throw new GantryError('unsupported', 'A store ends no shares and counts no opens: share through a hub for that.')
}

function parse(bytes: Uint8Array): z.infer<typeof recordSchema> {
  try {
    const parsed = recordSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes)))
    if (parsed.success) return parsed.data
  } catch {
    // Said below, without the record's own words.
  }
  throw new GantryError('invalid', 'The record of the share is damaged.')
}
