import { type CallOptions, type EntriesSource, GantryError, isPath, type Source, Store } from '@gantry/core'

import type { SourceFile } from '../formats/description.ts'
import { entryInput } from '../formats/input/entry-input.ts'
import type { Context } from '../gantry/context.ts'
import { openedStore } from '../sealing/opened-store.ts'
import { provenInput } from './inputs-store.ts'

/** The files of a source, each read and proved when it is asked for. */
export async function filesOf(context: Context, source: Source, call: CallOptions): Promise<SourceFile[]> {
  if (source.kind === 'dicomweb') {
    throw new GantryError('unsupported', 'The image is on a DICOMweb server: open it there, and load what it gives.')
  }
  const { entries, encryption } = source
  const store = await storeOf(context, source, call)
  const { hashing, cipher } = context.options.platform
  const named = entries.map((entry) => ({ ...entry, name: entry.name ?? entry.path }))
  const readable =
    encryption === undefined
      ? undefined
      : new Store(openedStore(store, [{ entries: named.map(toSealed), encryption }], cipher), { url: 'opened:' })
  return named.map((entry) => {
    if (!isPath(entry.name)) throw new GantryError('invalid', 'A file of the source has a name that is no path.')
    const known = { path: readable === undefined ? entry.path : entry.name, size: entry.size }
    const input = entryInput(readable ?? store, known, entry.name)
    const proven = provenInput(input, entry.digests.sha256, hashing)
    return {
      name: entry.name,
      size: entry.size,
      input: proven,
      ...(entry.image !== undefined && { image: imageOf(entry) }),
    }
  })
}

/** The store that has the entries of a source: the share's that named it, the own one, or one that the app opens. */
async function storeOf(context: Context, source: EntriesSource, call: CallOptions): Promise<Store> {
  const [first] = source.entries
  const shared = first === undefined ? undefined : context.opened.find(source.store, first.path)
  if (shared !== undefined) return shared
  const { store, hub, openStore } = context.options
  if (source.store === store?.url || (hub !== undefined && source.store === context.store.url)) return context.store
  if (openStore !== undefined) return await openStore(source.store, call)
  throw new GantryError('unsupported', 'The bytes are in a store that nobody here can open: give openStore.')
}

type Named = EntriesSource['entries'][number] & { readonly name: string }

function toSealed(entry: Named) {
  const { path, size, digests, name, type, nonce } = entry
  return { path, size, digests: { sha256: digests.sha256 }, name, type, nonce, image: imageOf(entry) }
}

function imageOf({ image }: Named) {
  if (image === undefined) return undefined
  const { numberOfFrames, ...uids } = image
  return { ...uids, ...(numberOfFrames !== undefined && { numberOfFrames }) }
}
