import { type Call, GantryError } from '@gantry/core/driver'
import type { CID } from 'multiformats/cid'

import { codec } from '../pack/cid.ts'
import { decodeNode, type Link } from '../pack/dag-pb.ts'
import { decodeUnixFs } from '../pack/unixfs.ts'
import type { BlockReader } from './block-reader.ts'
import { unreadableCodec } from './file-leaves.ts'

/** A file below a root. */
export interface ResolvedFile {
  readonly cid: CID
  readonly size: number
}

/** Finds a file by its path below a root, folder by folder, or the root itself by an empty one; `not_found`. */
export async function resolvePath(reader: BlockReader, root: CID, path: string, call: Call): Promise<ResolvedFile> {
  let cid = root
  for (const segment of path === '' ? [] : path.split('/')) {
    const link = (await folderLinks(reader, cid, call))?.find(({ name }) => name === segment)
    if (link === undefined) throw new GantryError('not_found', 'There is no such file below the root.')
    cid = link.cid
  }
  if (cid.code === codec.raw) return { cid, size: (await reader.block(cid, call)).length }
  if (cid.code !== codec.dagPb) throw unreadableCodec()
  const node = decodeUnixFs(decodeNode(await reader.node(cid, call)).data)
  if (node.type !== 'file') throw new GantryError('not_found', 'The path names a folder.')
  return { cid, size: node.size }
}

/** What a folder holds; `undefined` for what is none. */
async function folderLinks(reader: BlockReader, cid: CID, call: Call): Promise<readonly Link[] | undefined> {
  if (cid.code !== codec.dagPb) return undefined
  const { links, data } = decodeNode(await reader.node(cid, call))
  return decodeUnixFs(data).type === 'directory' ? links : undefined
}
