import { GantryError } from '@gantry/core/driver'

import { fieldsOf, tag } from './dag-pb.ts'
import { encodeVarint } from './varint.ts'

interface Folder {
  readonly type: 'directory'
}

/** A file or a part of one, with the lengths of its own parts. */
interface File {
  readonly type: 'file'
  readonly size: number
  readonly blockSizes: readonly number[]
}

/** What UnixFS says of a node. Other programs put bytes into nodes, before those of the parts. */
export type UnixFs = Folder | (File & { readonly data: Uint8Array })

const types = { file: 2, directory: 1, raw: 0 } as const

export function encodeUnixFs(node: Folder | File): Uint8Array {
  if (node.type === 'directory') return Buffer.concat([tag(1, 0), encodeVarint(types.directory)])
  return Buffer.concat([
    tag(1, 0),
    encodeVarint(types.file),
    tag(3, 0),
    encodeVarint(node.size),
    ...node.blockSizes.flatMap((size) => [tag(4, 0), encodeVarint(size)]),
  ])
}

/** Reads what a node says; `unsupported` for what is no file and no folder that lists its entries by itself. */
export function decodeUnixFs(bytes: Uint8Array): UnixFs {
  let type: number | undefined
  let told: number | undefined
  const blockSizes: number[] = []
  let data = new Uint8Array()
  for (const { number, value } of fieldsOf(bytes)) {
    if (number === 1 && typeof value === 'number') type = value
    else if (number === 2 && typeof value !== 'number') data = new Uint8Array(value)
    else if (number === 3 && typeof value === 'number') told = value
    else if (number === 4 && typeof value === 'number') blockSizes.push(value)
    // Modes and times, fan-outs and hash types: they change nothing of what the bytes are.
  }
  if (type === types.directory) return { type: 'directory' }
  if (type === types.file || type === types.raw) {
    const size = told ?? blockSizes.reduce((sum, length) => sum + length, data.length)
    return { type: 'file', size, blockSizes, data }
  }
  throw new GantryError('unsupported', 'A node is neither a file nor a plain folder: a sharded one, say, or a link.')
}
