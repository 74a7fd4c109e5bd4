import { discardingStore } from './discarded-bytes.ts'
import { folderStore } from './folder-bytes.ts'
import { memoryStore } from './memory-bytes.ts'
import type { BytesStore } from './stored-bytes.ts'

/** Where bodies are kept: nowhere, in memory, or the large ones in a folder that is there. */
export async function openBytes(options: { readonly discard?: boolean; readonly dir?: string }): Promise<BytesStore> {
  if (options.discard === true) return discardingStore()
  return options.dir === undefined ? memoryStore() : await folderStore(options.dir)
}
