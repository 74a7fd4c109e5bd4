import { distinctPath, type SerializableWorkspace, type Source, type Store } from '@gantry/core'

/** In a restored workspace: the folder that its JSON lies in. */
export const besideJson = 'file:.'

type WithSource = { readonly source?: Source | null | undefined }

/**
 * Workspaces that name the restored files, by paths relative to their own JSON, and hold no keys: what they name is
 * plain. `files` is the store that the files came from.
 */
export async function restoredWorkspaces(
  workspaces: readonly SerializableWorkspace[],
  files: Store,
): Promise<SerializableWorkspace[]> {
  const digests = new Map<string, string>()
  for await (const { path, digests: vouched } of files.list()) digests.set(path, vouched?.sha256 ?? '')
  const restore = <Item extends WithSource>(items: readonly Item[]) =>
    items.map((item) =>
      item.source?.kind === 'entries' ? { ...item, source: restoredSource(item.source, digests) } : item,
    )
  return workspaces.map((workspace) => ({
    ...workspace,
    volumes: restore(workspace.volumes),
    geometries: restore(workspace.geometries),
    segmentations: restore(workspace.segmentations),
  }))
}

function restoredSource(
  source: Extract<Source, { kind: 'entries' }>,
  digests: ReadonlyMap<string, string>,
): Extract<Source, { kind: 'entries' }> {
  const { encryption: _, ...plain } = source
  const entries = source.entries.map(({ nonce: __, name, ...entry }) => {
    const { sha256 } = entry.digests
    return { ...entry, path: restoredPath((name ?? entry.path).normalize('NFC'), sha256, digests) }
  })
  return { ...plain, store: besideJson, entries }
}

/** Files of one name and other contents were told apart by numbers. */
function restoredPath(name: string, sha256: string, digests: ReadonlyMap<string, string>): string {
  let path = name
  for (let count = 2; digests.has(path) && digests.get(path) !== sha256; count += 1) {
    path = distinctPath(name, String(count))
  }
  return path
}
