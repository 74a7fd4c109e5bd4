import type { Store } from '@gantry/core'
import { type Call, GantryError } from '@gantry/core/driver'

import { codec, parseCid } from '../pack/cid.ts'
import type { Blob, NewBlob, ShardStore } from '../shards/shard-store.ts'

const folders = { shard: 'shards', index: 'indexes' } as const
const contentType = 'application/vnd.ipld.car'

/** Blobs as files in any store: `shards/<CID>.car` and `indexes/<CID>.car`. */
export function carDirectory(store: Store): ShardStore {
  const find = async ({ cid, kind, size }: Blob, call: Call) => {
    const found = await store.find(pathOf(cid.toString(), kind), call)
    return found?.size === undefined || found.size === size ? found : undefined
  }
  return {
    name: store.scheme,
    isPublic: false,
    has: async (blob, call) => (await find(blob, call)) !== undefined,
    async put({ cid, kind, size, read }: NewBlob, call) {
      const sha256 = Buffer.from(cid.multihash.digest).toString('hex')
      const entry = { path: pathOf(cid.toString(), kind), size, digests: { sha256 }, contentType }
      await store.write(entry, read(), call)
    },
    async read({ cid, kind, size }, range, call) {
      const { entry, body } = await store.read({ path: pathOf(cid.toString(), kind), size }, range, call)
      if (entry.size === undefined || entry.size === size) return body
      await body[Symbol.asyncIterator]().return?.()
      // No read that was cut off: asked again, it says the same.
      throw new GantryError('integrity', 'A file of the archive has another length than its blob.', {
        retryable: false,
      })
    },
    remove: async ({ cid, kind }, call) => await store.remove(pathOf(cid.toString(), kind), call),
    async *list(call) {
      for (const [kind, folder] of Object.entries(folders) as [Blob['kind'], string][]) {
        for await (const { path, size = 0 } of store.list({ prefix: folder }, call)) {
          const name = path.slice(folder.length + 1)
          if (!name.endsWith('.car')) continue
          try {
            const cid = parseCid(name.slice(0, -'.car'.length))
            if (cid.code === codec.car) yield { cid, size, kind }
          } catch {
            // A file of someone else.
          }
        }
      }
    },
  }
}

function pathOf(cid: string, kind: Blob['kind']): string {
  return `${folders[kind]}/${cid}.car`
}
