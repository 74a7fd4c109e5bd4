import { GantryError } from '@gantry/core'
import { Decrypter } from 'age-encryption'

import { type Header, parseHeader } from './header.ts'
import { identityBytes } from './identity.ts'

/** What opens an age file. */
export type AgeKey = { readonly identity: string } | { readonly passphrase: string }

/** log2 of scrypt's cost: age's own default; 256 MiB and about a second. */
export const scryptWorkFactor = 18

/**
 * The file key that a header wraps; its MAC is checked. `permission_denied` when the key opens no stanza, `integrity`
 * for a wrong MAC or stanza; and as `parseHeader`.
 */
export async function openHeader(bytes: Uint8Array, key: AgeKey): Promise<Uint8Array> {
  const header = parseHeader(bytes)
  const decrypter = new Decrypter()
  if ('identity' in key) {
    identityBytes(key.identity)
    decrypter.addIdentity(key.identity)
  } else {
    checkWork(header)
    // As what `sealByPassphrase` was given: keyboards differ in how they compose what looks the same.
    decrypter.addPassphrase(key.passphrase.normalize('NFC'))
  }
  // Asked when the key opened no stanza: so that is known without reading messages.
  let matched = true
  decrypter.addIdentity({
    unwrapFileKey() {
      matched = false
      return null
    },
  })
  try {
    return await decrypter.decryptHeader(bytes.subarray(0, header.length))
  } catch {
    if (matched) throw new GantryError('integrity', 'The header of the age file was changed.')
    throw new GantryError('permission_denied', 'The age file was not made for this key or passphrase.')
  }
}

/** scrypt takes 2^factor KiB: a file from outside must not choose it freely. */
function checkWork({ stanzas }: Header): void {
  const costly = stanzas.some(({ args }) => args[0] === 'scrypt' && Number(args[2]) > scryptWorkFactor)
  if (costly) {
    throw new GantryError('unsupported', `The passphrase needs more work than the factor ${scryptWorkFactor} allows.`)
  }
}
