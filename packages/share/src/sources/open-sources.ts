import { distinctPath, type SerializableWorkspace, Store } from '@gantry/core'

import type { SourceFile } from '../formats/description.ts'
import type { Context } from '../gantry/context.ts'
import { type KnownEntry, ReadOnlyDriver, readOnly } from '../sealing/read-only-driver.ts'
import { filesOf } from './source-files.ts'

/** All files of the sources that workspaces name, each once, as one read-only store that vouches for their SHA-256. */
export function openSources(context: Context, workspaces: readonly SerializableWorkspace[]): Store {
  const known = new Map<string, KnownEntry>()
  const digests = new Map<string, string>()
  const items = workspaces.flatMap(({ volumes, geometries, segmentations }) => [
    ...volumes,
    ...geometries,
    ...segmentations,
  ])
  for (const { source } of items) {
    if (source === null || source === undefined || source.kind !== 'entries') continue
    const files = filesOf(context, source)
    for (const [index, file] of files.entries()) {
      const sha256 = source.entries[index]?.digests.sha256 ?? ''
      // Two series may have files of one name; one file may be in two workspaces.
      let path = file.name
      for (let count = 2; known.has(path) && digests.get(path) !== sha256; count += 1) {
        path = distinctPath(file.name, String(count))
      }
      digests.set(path, sha256)
      known.set(path, entryOf(path, file, sha256))
    }
  }
  return new Store(
    new ReadOnlyDriver('share', readOnly({ versions: true, digests: ['sha256'] }), [...known.values()]),
    {
      url: 'share:',
    },
  )
}

function entryOf(path: string, { size, image, input }: SourceFile, sha256: string): KnownEntry {
  const entry = { path, size, digests: { sha256 }, version: sha256, ...(image !== undefined && { image }) }
  return {
    entry,
    stat: async () => entry,
    read: async (_, range, call) => ({ entry, body: await input.read(range, call) }),
  }
}
