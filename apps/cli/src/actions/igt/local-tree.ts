import { type Bytes, collect, type Entry, type GantryError, type Store, type StoreDriver } from '@gantry/core'
import { documentName, parseDocument, type StudyDocument } from '@gantry/igt'
import { viewOf } from '@gantry/transfer'

/** What a folder that is to be uploaded holds, as far as it says where its files belong. */
export interface LocalTree {
  /** Names of its folders. */
  readonly folders: ReadonlySet<string>
  /** What `study.json` says, by `institute/study`. */
  readonly documents: ReadonlyMap<string, StudyDocument>
  /** `institute/study` of those that have a folder for each category. */
  readonly categorised: ReadonlySet<string>
}

const longestDocument = 16 * 1024 * 1024

export async function readTree(
  store: Store,
  structure: 'flat' | 'hierarchical',
  signal: AbortSignal,
): Promise<LocalTree> {
  const depth = structure === 'flat' ? 2 : 3
  const folders = new Set<string>()
  const categorised = new Set<string>()
  const documents = new Map<string, StudyDocument>()
  for await (const { path } of store.list({}, { signal })) {
    const segments = path.split('/')
    const [top = ''] = segments
    if (segments.length > 1) folders.add(top)
    if (top === 'files' || segments.length <= depth) continue
    const study = segments.slice(0, depth).join('/')
    const inside = segments.slice(depth)
    if (inside.length > 1 && (inside[0] === 'files' || inside[0] === 'dicom')) categorised.add(study)
    if (inside.length !== 1 || inside[0] !== documentName) continue
    const { body } = await store.read(path, undefined, { signal })
    const document = parseDocument(new TextDecoder().decode(await collect(body, longestDocument)))
    if (document !== undefined) documents.set(study, document)
  }
  return { folders, documents, categorised }
}

/** Fails where a file must not be sent; `open` begins with its bytes. */
type Check = (path: string, open: () => Promise<Bytes>) => Promise<void>

/** The entries of a store that are to be sent; nothing is written to it. */
export function sendable(
  store: Store,
  keep: (entry: Entry) => boolean,
  check: Check = () => Promise.resolve(),
): StoreDriver {
  return viewOf(store, {
    async *list(selection, call) {
      const refused: Entry[] = []
      const onRefused = (path: string, why: GantryError) => void refused.push({ path, refused: why })
      for await (const entry of store.list(selection, { ...call, onRefused })) if (keep(entry)) yield entry
      // What cannot be sent is told as failed, where it would have been sent.
      yield* refused.filter((entry) => keep({ ...entry, path: entry.path.replace(/^\.\//u, '') }))
    },
    read: async (ref, range, call) => {
      await check(ref.path, async () => (await store.read(ref, undefined, call)).body)
      return await store.read(ref, range, call)
    },
  })
}
