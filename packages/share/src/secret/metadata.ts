import { type Cipher, openBytes, recipientOf, sealBytes } from '@gantry/age'
import { GantryError } from '@gantry/core'

/** Longest metadata of a share, in bytes. */
export const longestMetadata = 64 * 1024 * 1024

export interface SealMetadataOptions {
  readonly cipher: Cipher
  /** Of those who can open it besides the link, `age1...`: a hospital's escrow key. Default: nobody. */
  readonly recipients?: readonly string[] | undefined
}

/** Encrypts a share's metadata to the share's identity, and to further recipients. */
export async function sealMetadata(
  metadata: Uint8Array,
  identity: string,
  options: SealMetadataOptions,
): Promise<Uint8Array> {
  const { cipher, recipients = [] } = options
  if (metadata.length > longestMetadata) {
    throw new GantryError(
      'invalid',
      `The share's metadata is longer than ${longestMetadata} bytes: share less at once.`,
    )
  }
  return await sealBytes(metadata, [await recipientOf(identity), ...recipients], cipher)
}

/** Decrypts a share's metadata, by the share's identity or that of a further recipient. */
export async function openMetadata(sealed: Uint8Array, identity: string, cipher: Cipher): Promise<Uint8Array> {
  return await openBytes(sealed, { identity }, cipher)
}
