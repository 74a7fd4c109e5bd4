import { GantryError } from '@gantry/core/driver'
import type { CID } from 'multiformats/cid'

import { anyCid } from './cid.ts'
import { encodeVarint, readVarint } from './varint.ts'

/** From one dag-pb node to another block. */
export interface Link {
  readonly name: string
  readonly cid: CID
  /** Bytes of all blocks below, their own encoding included. */
  readonly total: number
}

export interface Node {
  readonly links: readonly Link[]
  /** What UnixFS says of it. */
  readonly data: Uint8Array
}

/** A node as the specification of dag-pb writes it: links before data, none of their fields left out. */
export function encodeNode({ links, data }: Node): Uint8Array {
  const parts: Uint8Array[] = []
  for (const { name, cid, total } of links) {
    const text = Buffer.from(name)
    const link = [field(1, cid.bytes.length), cid.bytes, field(2, text.length), text, tag(3, 0), encodeVarint(total)]
    parts.push(
      field(
        2,
        link.reduce((sum, { length }) => sum + length, 0),
      ),
      ...link,
    )
  }
  return Buffer.concat([...parts, field(1, data.length), data])
}

/** Reads a node from outside; `integrity` for what is none. */
export function decodeNode(bytes: Uint8Array): Node {
  const links: Link[] = []
  let data = new Uint8Array()
  for (const { number, value } of fieldsOf(bytes)) {
    if (typeof value === 'number') throw malformed()
    if (number === 1) data = new Uint8Array(value)
    else if (number === 2) links.push(decodeLink(value))
    else throw malformed()
  }
  return { links, data }
}

function decodeLink(bytes: Uint8Array): Link {
  let name = ''
  let cid: CID | undefined
  let total = 0
  for (const { number, value } of fieldsOf(bytes)) {
    if (number === 1 && typeof value !== 'number') cid = cidOfBytes(value)
    else if (number === 2 && typeof value !== 'number') name = new TextDecoder().decode(value)
    else if (number === 3 && typeof value === 'number') total = value
    else throw malformed()
  }
  if (cid === undefined) throw malformed()
  return { name, cid, total }
}

function cidOfBytes(bytes: Uint8Array): CID {
  try {
    return anyCid(bytes)
  } catch {
    throw malformed()
  }
}

interface Field {
  readonly number: number
  /** A number, or bytes: what dag-pb and UnixFS have. */
  readonly value: number | Uint8Array
}

/** The fields of a protocol buffer, in order. */
export function* fieldsOf(bytes: Uint8Array): Generator<Field, void, undefined> {
  let at = 0
  while (at < bytes.length) {
    const { value: key, end } = readVarint(bytes, at)
    const { value, end: next } = readVarint(bytes, end)
    const number = Math.floor(key / 8)
    at = next
    if (key % 8 === 0) yield { number, value }
    else if (key % 8 === 2 && value <= bytes.length - next) {
      at = next + value
      yield { number, value: bytes.subarray(next, at) }
    } else throw malformed()
  }
}

/** The key of a field. */
export function tag(number: number, wireType: 0 | 2): Uint8Array {
  return Uint8Array.of(number * 8 + wireType)
}

function field(number: number, length: number): Uint8Array {
  return Buffer.concat([tag(number, 2), encodeVarint(length)])
}

function malformed(): GantryError {
  return new GantryError('integrity', 'A block is no dag-pb node.')
}
