import { blockSize, paddingOf, recordSize } from '../tar/pax-header.ts'

export interface TarMember {
  readonly name: string
  readonly bytes?: Uint8Array
  /** As the header has it; default: a file. */
  readonly type?: string
}

/** A tar as other programs make it, with names as they are given. */
export function oddTar(members: readonly TarMember[]): Buffer {
  const pieces = members.flatMap(({ name, bytes = new Uint8Array(0), type = '0' }) => [
    header(name, bytes.length, type),
    bytes,
    Buffer.alloc(paddingOf(bytes.length, blockSize)),
  ])
  const files = Buffer.concat(pieces)
  const end = 2 * blockSize
  return Buffer.concat([files, Buffer.alloc(end + paddingOf(files.length + end, recordSize))])
}

function header(name: string, size: number, type: string): Buffer {
  const block = Buffer.alloc(blockSize)
  block.write(name, 0)
  block.write('0000644\0', 100)
  block.write(size.toString(8).padStart(11, '0'), 124)
  block.write('00000000000', 136)
  block.write(`        ${type}`, 148)
  block.write('ustar\u000000', 257)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}
