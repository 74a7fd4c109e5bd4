import { comparePaths, GantryError } from '@gantry/core/driver'

import { type Block, cidOf, codec } from './cid.ts'
import { encodeNode } from './dag-pb.ts'
import type { Tree } from './file-tree.ts'
import { encodeUnixFs } from './unixfs.ts'

/** Entries of one folder at most: beyond it, importers disagree on when they shard, and so on the root. */
export const directoryWidth = 1000

type Folder = Map<string, Folder | Tree>

/** Makes the folders above files, and answers the root: a folder, whatever is in it. */
export async function directoryTree(
  files: ReadonlyMap<string, Tree>,
  emit: (block: Block) => Promise<void>,
): Promise<Tree> {
  const root: Folder = new Map()
  for (const [path, file] of files) {
    const segments = path.split('/')
    const name = segments.pop() ?? ''
    let folder = root
    for (const segment of segments) {
      const below = folder.get(segment) ?? new Map<string, Folder | Tree>()
      if (!(below instanceof Map)) throw bothFileAndFolder()
      folder.set(segment, below)
      folder = below
    }
    if (folder.has(name)) throw bothFileAndFolder()
    folder.set(name, file)
  }
  return await close(root, emit)
}

async function close(folder: Folder, emit: (block: Block) => Promise<void>): Promise<Tree> {
  if (folder.size > directoryWidth) {
    throw new GantryError('invalid', `A folder of an archive has ${directoryWidth} entries at most.`)
  }
  const links = []
  for (const [name, child] of folder) {
    links.push({ name, ...(child instanceof Map ? await close(child, emit) : child) })
  }
  links.sort((a, b) => comparePaths(a.name, b.name))
  const bytes = encodeNode({ links, data: encodeUnixFs({ type: 'directory' }) })
  const cid = cidOf(codec.dagPb, bytes)
  await emit({ cid, bytes })
  return { cid, total: links.reduce((sum, { total }) => sum + total, bytes.length) }
}

function bothFileAndFolder(): GantryError {
  return new GantryError('invalid', 'Two entries of the archive have one path, or one lies below the other.')
}
