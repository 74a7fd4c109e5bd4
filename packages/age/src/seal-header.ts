import { Encrypter } from 'age-encryption'

import { checkRecipient } from './identity.ts'
import { nonceSize, tagSize } from './sizes.ts'

/** A fresh file key, and the header that wraps it. */
export interface SealedHeader {
  readonly fileKey: Uint8Array
  readonly header: Uint8Array
}

/** Makes a fresh file key and wraps it for each recipient. */
export async function sealHeader(recipients: readonly string[]): Promise<SealedHeader> {
  const encrypter = new Encrypter()
  for (const recipient of recipients) encrypter.addRecipient(checkRecipient(recipient))
  let fileKey = new Uint8Array()
  encrypter.addRecipient({
    // Is told the file key, as every recipient is, and adds nothing to the header.
    wrapFileKey(key) {
      fileKey = key.slice()
      return []
    },
  })
  const emptyFile = await encrypter.encrypt(new Uint8Array())
  return { fileKey, header: emptyFile.slice(0, emptyFile.length - nonceSize - tagSize) }
}
