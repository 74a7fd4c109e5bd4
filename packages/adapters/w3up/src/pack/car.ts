import { GantryError } from '@gantry/core/driver'
import { CID } from 'multiformats/cid'

import { checkCid, cidSize } from './cid.ts'
import { encodeVarint, readVarint, varintSize } from './varint.ts'

/** Blocks longer than this are refused: what the field's gateways and services take at most. */
export const longestBlock = 4 * 1024 * 1024

/** The header of a CARv1 without roots, `{roots: [], version: 1}` in DAG-CBOR: shards are not the place of roots. */
export const carHeader: Uint8Array = Buffer.from('11a265726f6f7473806776657273696f6e01', 'hex')

/** What stands before the bytes of a block. */
export function sectionHead(cid: CID, size: number): Uint8Array {
  return Buffer.concat([encodeVarint(cid.bytes.length + size), cid.bytes])
}

/** Bytes of a section as a whole. */
export function sectionSize(cid: CID, size: number): number {
  const length = cid.bytes.length + size
  return varintSize(length) + length
}

/** A section in a CAR: where its block lies. */
export interface Section {
  readonly cid: CID
  readonly offset: number
  readonly size: number
}

/** Bytes of the longest head of a section. */
export const longestHead = 8 + cidSize

/** Reads the head of the section that `bytes` begin with, `start` bytes into the CAR. */
export function readSectionHead(bytes: Uint8Array, start: number): Section {
  const { value: length, end } = readVarint(bytes, 0)
  if (length < cidSize || length > cidSize + longestBlock) throw malformed()
  let cid: CID
  try {
    cid = checkCid(CID.decode(bytes.subarray(end, end + cidSize)))
  } catch {
    throw malformed()
  }
  return { cid, offset: start + end + cidSize, size: length - cidSize }
}

function malformed(): GantryError {
  return new GantryError('integrity', 'The CAR is damaged: a section of it has no CID, or a length that none has.')
}
