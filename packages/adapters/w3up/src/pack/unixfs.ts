import { GantryError } from '@gantry/core/driver'

import { fieldsOf, tag } from './dag-pb.ts'
import { encodeVarint } from './varint.ts'

/** What UnixFS says of a node: a folder, or (part of) a file with the lengths of its parts. */
export type UnixFs =
  | { readonly type: 'directory' }
  | { readonly type: 'file'; readonly size: number; readonly blockSizes: readonly number[] }

const types = { file: 2, directory: 1, raw: 0 } as const

export function encodeUnixFs(node: UnixFs): Uint8Array {
  if (node.type === 'directory') return Buffer.concat([tag(1, 0), encodeVarint(types.directory)])
  return Buffer.concat([
    tag(1, 0),
    encodeVarint(types.file),
    tag(3, 0),
    encodeVarint(node.size),
    ...node.blockSizes.flatMap((size) => [tag(4, 0), encodeVarint(size)]),
  ])
}

/** Reads what a node says; `unsupported` for what is not packed here: sharded folders, symbolic links, data in nodes. */
export function decodeUnixFs(bytes: Uint8Array): UnixFs {
  let type: number | undefined
  let size = 0
  const blockSizes: number[] = []
  let inline = false
  for (const { number, value } of fieldsOf(bytes)) {
    if (number === 1 && typeof value === 'number') type = value
    else if (number === 2 && typeof value !== 'number') inline = value.length > 0
    else if (number === 3 && typeof value === 'number') size = value
    else if (number === 4 && typeof value === 'number') blockSizes.push(value)
    // Modes and times, fan-outs and hash types: they change nothing of what the bytes are.
  }
  if (type === types.directory) return { type: 'directory' }
  if (type === types.file && !inline) return { type: 'file', size, blockSizes }
  throw new GantryError('unsupported', 'The block is UnixFS of a kind that Gantry does not make.')
}
