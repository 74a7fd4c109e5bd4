import type { ShardStore } from '../shards/shard-store.ts'

/** Blobs of a service that is opened when it is first asked: until then nothing has to be there. */
export function lazyShards(known: Pick<ShardStore, 'name' | 'isPublic'>, open: () => Promise<ShardStore>): ShardStore {
  let opening: Promise<ShardStore> | undefined
  const opened = async () => {
    opening ??= open()
    try {
      return await opening
    } catch (error) {
      opening = undefined
      throw error
    }
  }
  return {
    ...known,
    has: async (blob, call) => await (await opened()).has(blob, call),
    put: async (blob, call) => await (await opened()).put(blob, call),
    read: async (blob, range, call) => await (await opened()).read(blob, range, call),
    remove: async (blob, call) => await (await opened()).remove(blob, call),
    async *list(call) {
      yield* (await opened()).list(call)
    },
    publish: async (publication, call) => await (await opened()).publish?.(publication, call),
    unpublish: async (publication, call) => await (await opened()).unpublish?.(publication, call),
    close: async () => await (await opening)?.close?.(),
  }
}
