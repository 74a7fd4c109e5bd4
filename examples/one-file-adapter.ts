import {
  type Bytes,
  type Call,
  clipRange,
  comparePaths,
  GantryError,
  type SizedEntry,
  type StoreDriver,
  throwIfCancelled,
} from '@gantry/core/driver'

/** What your service can do: here, a map. */
export type Shelf = Map<string, { readonly bytes: Uint8Array; readonly modified: number; readonly version: string }>

/** A storage of your own: five methods, and plain data that says what it can do beyond the least. */
export function shelf(items: Shelf): StoreDriver {
  const entryOf = (path: string): SizedEntry => {
    const item = items.get(path)
    if (item === undefined) throw new GantryError('not_found', 'There is no such entry.', { path })
    return { path, size: item.bytes.length, modified: item.modified, version: item.version }
  }
  return {
    contract: 1,
    scheme: 'shelf',
    abilities: {
      write: true,
      remove: true,
      conditional: true,
      versions: true,
      digests: [],
      modified: 'given',
      order: 'path',
      longestPath: 4096,
      longestSegment: 4096,
    },
    async *list({ prefix = '' }, call) {
      const within = (path: string) => prefix === '' || path === prefix || path.startsWith(`${prefix}/`)
      for (const path of [...items.keys()].filter(within).sort(comparePaths)) {
        throwIfCancelled(call)
        if (items.has(path)) yield entryOf(path)
      }
    },
    async stat(path, call) {
      throwIfCancelled(call)
      return entryOf(path)
    },
    async read({ path, version }, range, call) {
      throwIfCancelled(call)
      const entry = entryOf(path)
      if (version !== undefined && version !== entry.version) throw changed(path)
      const { start, end } = clipRange(range, entry.size)
      return { entry, body: chunksOf(items.get(path)?.bytes.subarray(start, end) ?? new Uint8Array(), call) }
    },
    async write(entry, body, call) {
      const bytes = await take(body, call)
      const { path, ifAbsent = false, ifVersion, modified = Date.now() } = entry
      const before = items.get(path)
      if (ifAbsent && before !== undefined) throw new GantryError('already_exists', 'Something is there.', { path })
      if (ifVersion !== undefined && ifVersion !== before?.version) throw changed(path)
      // All of it at once: no reader sees a part.
      items.set(path, { bytes, modified, version: crypto.randomUUID() })
      return entryOf(path)
    },
    async remove(path, call) {
      throwIfCancelled(call)
      items.delete(path)
    },
    codeOf: () => undefined,
  }
}

function changed(path: string): GantryError {
  return new GantryError('precondition_failed', 'The entry is not of that version.', { path })
}

/** A piece at a time, as it is asked for, and a copy: whoever has it may write to it. */
async function* chunksOf(bytes: Uint8Array, call: Call): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += 256 * 1024) {
    throwIfCancelled(call)
    yield new Uint8Array(bytes.subarray(at, at + 256 * 1024))
  }
}

/** Chunks are borrowed: who keeps one copies it. */
async function take(body: Bytes, call: Call): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) {
    throwIfCancelled(call)
    chunks.push(new Uint8Array(chunk))
    call.report?.(chunk.length)
  }
  throwIfCancelled(call)
  return new Uint8Array(Buffer.concat(chunks))
}
