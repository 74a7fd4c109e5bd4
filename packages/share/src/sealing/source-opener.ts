import { type ChunkCipher, type Cipher, nonceSize, openHeader, parseHeader, payloadKey } from '@gantry/age'
import { type ErrorCode, GantryError, isGantryError } from '@gantry/core'

import { equalBytes } from './equal-bytes.ts'

/** What of a header is wrong although the metadata vouches for the object: somebody changed it. */
const tampered: ReadonlySet<ErrorCode> = new Set(['invalid', 'unsupported', 'permission_denied'])

/** Opens the payloads of one source's objects. All have the same header as a rule, which is then opened only once. */
export class SourceOpener {
  readonly #identity: string
  readonly #cipher: Cipher
  #known: { readonly header: Uint8Array; readonly fileKey: Uint8Array } | undefined

  constructor(identity: string, cipher: Cipher) {
    this.#identity = identity
    this.#cipher = cipher
  }

  /** The cipher of an object, from its header and nonce; `integrity` unless they are the ones that were named. */
  async open(prologue: Uint8Array, nonce: Uint8Array | undefined): Promise<ChunkCipher> {
    const header = prologue.subarray(0, -nonceSize)
    const found = prologue.subarray(-nonceSize)
    const fileKey = await this.#fileKeyOf(header)
    if (nonce !== undefined && !equalBytes(nonce, found)) {
      throw new GantryError('integrity', 'The object is not the one that the share names.')
    }
    return this.#cipher(payloadKey(fileKey, found))
  }

  async #fileKeyOf(header: Uint8Array): Promise<Uint8Array> {
    const known = this.#known
    if (known !== undefined && equalBytes(known.header, header)) return known.fileKey
    try {
      if (parseHeader(header).length !== header.length) {
        throw new GantryError('integrity', 'The object has not the length that its contents call for.')
      }
      const fileKey = await openHeader(header, { identity: this.#identity })
      this.#known = { header: header.slice(), fileKey }
      return fileKey
    } catch (error) {
      if (!isGantryError(error) || !tampered.has(error.code)) throw error
      throw new GantryError('integrity', 'The object is not encrypted as the share says.', { cause: error })
    }
  }
}
