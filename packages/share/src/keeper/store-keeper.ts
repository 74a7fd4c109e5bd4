import { bytesOf, type CallOptions, collect, GantryError, isGantryError, type Store } from '@gantry/core'
import { base64 } from '@scure/base'
import { z } from 'zod'

import type { ShareKeeper } from './share-keeper.ts'

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
  const read = async (id: string, call: CallOptions) => {
    const { body } = await store.read(`${folder}/${id}`, undefined, call)
    return parse(await collect(body, longestRecord))
  }
  return {
    hub: undefined,
    async create({ id, metadata, keyLock, expiresIn, maxOpens, tokenRequired }, call) {
      if (expiresIn !== undefined || maxOpens !== undefined || tokenRequired === true) {
        throw new GantryError(
          'unsupported',
          'A store ends no shares and counts no opens: share through a hub for that.',
        )
      }
      const locked = keyLock === undefined ? {} : { keyLock: base64.encode(keyLock) }
      const bytes = new TextEncoder().encode(JSON.stringify({ version: 1, metadata, created: now(), ...locked }))
      const ifAbsent = store.abilities.conditional
      await store.write({ path: `${folder}/${id}`, size: bytes.length, ifAbsent }, bytesOf(bytes), call)
    },
    async open(id, call) {
      const { metadata, keyLock } = await read(id, call).catch((error: unknown) => {
        if (!isGantryError(error) || error.code !== 'not_found') throw error
        throw new GantryError('not_found', 'There is no such share here: it was revoked, or is kept elsewhere.')
      })
      return { metadata, store, ...(keyLock !== undefined && { keyLock: base64.decode(keyLock) }) }
    },
    async revoke(id, call) {
      const record = await read(id, call).catch((error: unknown) => {
        if (!isGantryError(error) || error.code !== 'not_found') throw error
      })
      if (record === undefined) return
      // First what opens it: without its metadata, nobody has the keys of the objects.
      await store.remove(record.metadata, call)
      await store.remove(`${folder}/${id}`, call)
    },
    async *list(call) {
      const summaries = []
      for await (const { path } of store.list({ prefix: folder }, call)) {
        const id = path.slice(folder.length + 1)
        const { created, keyLock } = await read(id, call)
        summaries.push({ id, created, passphrase: keyLock !== undefined })
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

function parse(bytes: Uint8Array): z.infer<typeof recordSchema> {
  try {
    const parsed = recordSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes)))
    if (parsed.success) return parsed.data
  } catch {
    // Said below, without the record's own words.
  }
  throw new GantryError('invalid', 'The record of the share is damaged.')
}
