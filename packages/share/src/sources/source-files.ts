import { identityBytes } from '@gantry/age'
import {
  type CallOptions,
  distinctPath,
  type EntriesSource,
  GantryError,
  isPath,
  type Source,
  Store,
} from '@gantry/core'

import type { SourceFile } from '../formats/description.ts'
import { entryInput } from '../formats/input/entry-input.ts'
import type { Context } from '../gantry/context.ts'
import { openedStore } from '../sealing/opened-store.ts'
import { provenInput } from './inputs-store.ts'

/** How many files a source has here. */
export function countFiles(source: Source): number {
  return source.kind === 'entries' ? source.entries.length : 0
}

/** The files of a source. Nothing is opened before one is read, and whole files are proved when they are. */
export function filesOf(context: Context, source: Source): SourceFile[] {
  if (source.kind === 'dicomweb') {
    throw new GantryError('unsupported', 'The image is on a DICOMweb server: open it there, and load what it gives.')
  }
  const { hashing, cipher } = context.options.platform
  const { encryption } = source
  const named = withNames(source)
  if (encryption !== undefined) identityBytes(encryption.identity)
  let ready: Store | undefined
  const open = async (call: CallOptions) => {
    const store = await storeOf(context, source, call)
    if (encryption === undefined) return store
    return new Store(openedStore(store, [{ entries: named.map(toSealed), encryption }], cipher), { url: 'opened:' })
  }
  return named.map((entry) => {
    const { name, path, size, digests } = entry
    const known = { path: encryption === undefined ? path : name, size }
    const input = {
      name,
      size,
      read: async (...[range, call = {}]: Parameters<SourceFile['input']['read']>) => {
        ready ??= await open(call)
        return await entryInput(ready, known, name).read(range, call)
      },
    }
    const image = imageOf(entry)
    return { name, size, input: provenInput(input, digests.sha256, hashing), ...(image !== undefined && { image }) }
  })
}

/**
 * Names come with the share: they must not lead out of the folder that it is restored to. In NFC, as paths of what is written
 * are: those that are one name in it, as they are in some shares, are told apart.
 */
function withNames({ entries }: EntriesSource): Named[] {
  const given = entries.map(({ name, path }) => name ?? path)
  if (!given.every(isPath)) throw new GantryError('invalid', 'A file of the source has a name that is no path.')
  if (new Set(given).size < given.length) {
    throw new GantryError('invalid', 'Two files of the source have the same name.')
  }
  const taken = new Set<string>()
  return entries.map((entry) => {
    const own = (entry.name ?? entry.path).normalize('NFC')
    let name = own
    for (let count = 2; taken.has(name); count += 1) name = distinctPath(own, String(count))
    taken.add(name)
    return { ...entry, name }
  })
}

/** The store that has the entries of a source: the share's that named it, the own one, or one that the app opens. */
async function storeOf(context: Context, source: EntriesSource, call: CallOptions): Promise<Store> {
  const own = context.ownStore(source.store)
  const [first] = source.entries
  const shared = first === undefined ? undefined : context.opened.find(source.store, first.path)
  // Somebody else's share must not stand in for what is in the own store.
  if (shared !== undefined && (own === undefined || shared.url === source.store)) return shared
  const known = own ?? context.elsewhere.get(source.store)
  if (known !== undefined) return known
  const { openStore } = context.options
  if (openStore === undefined) {
    throw new GantryError('unsupported', 'The bytes are in a store that nobody here can open: give openStore.')
  }
  const opened = await openStore(source.store, call)
  context.elsewhere.set(source.store, opened)
  return opened
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
