import { hash } from 'node:crypto'

import { GantryError } from '@gantry/core/driver'
import { CID } from 'multiformats/cid'
import * as Digest from 'multiformats/hashes/digest'

/** The multicodecs of what is packed here. */
export const codec = { raw: 0x55, dagPb: 0x70, dagCbor: 0x71, car: 0x02_02 } as const

const sha256Code = 0x12
const identityCode = 0

/** Bytes of a CID of a raw or dag-pb block: version, codec, and a SHA-256 multihash. */
export const cidSize = 36

/** What keeps one block. */
export interface Block {
  readonly cid: CID
  readonly bytes: Uint8Array
}

/** By SHA-256, which is what every gateway and pinning service takes. */
export function cidOf(code: number, bytes: Uint8Array): CID {
  return cidOfDigest(code, hash('sha256', bytes, 'buffer'))
}

/** The CID of bytes whose SHA-256 is known. */
export function cidOfDigest(code: number, sha256: Uint8Array): CID {
  return CID.createV1(code, Digest.create(sha256Code, new Uint8Array(sha256)))
}

/** A CID in text, from outside: version 1 by SHA-256, or `invalid`. */
export function parseCid(text: string): CID {
  let cid: CID | undefined
  try {
    cid = CID.parse(text)
  } catch {
    // Its message repeats the text.
  }
  return checkCid(cid)
}

export function isCid(text: string): boolean {
  try {
    parseCid(text)
    return true
  } catch {
    return false
  }
}

/** A CID as any program writes it, one of version 0 as the dag-pb CID that it means; `invalid` for what is none. */
export function anyCid(given: string | Uint8Array): CID {
  try {
    const cid = typeof given === 'string' ? CID.parse(given) : CID.decode(given)
    return cid.toV1()
  } catch {
    throw new GantryError('invalid', 'This is no CID.')
  }
}

/** One that holds these bytes itself: no source has to be asked for them. */
export function holding(bytes: Uint8Array): CID {
  return CID.createV1(codec.raw, Digest.create(identityCode, bytes))
}

/** What a CID holds itself. */
export function heldBy({ multihash: { code, digest } }: CID): Uint8Array | undefined {
  return code === identityCode ? digest : undefined
}

/** `invalid` for what no block here is named by: another version or hash, such as an identity that holds the bytes. */
export function checkCid(cid: CID | undefined): CID {
  if (cid?.version === 1 && isProvable(cid)) return cid
  throw new GantryError('invalid', 'This is no CID of version 1 by SHA-256.')
}

/** Whether bytes can be compared with it. */
export function isProvable({ multihash: { code, digest } }: CID): boolean {
  return code === sha256Code && digest.length === 32
}

/** Whether the bytes are those that the CID names. */
export function isBlockOf(cid: CID, bytes: Uint8Array): boolean {
  return Buffer.compare(hash('sha256', bytes, 'buffer'), cid.multihash.digest) === 0
}

/** Its digest in hexadecimal, by which blocks are told apart whatever their codec. */
export function hexOf({ multihash: { digest } }: Pick<CID, 'multihash'>): string {
  return Buffer.from(digest).toString('hex')
}
