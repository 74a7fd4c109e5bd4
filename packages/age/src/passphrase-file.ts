import { GantryError } from '@gantry/core'
import { Encrypter } from 'age-encryption'

import { scryptWorkFactor } from './open-header.ts'

/** A small age file that a passphrase opens. */
export async function sealByPassphrase(plaintext: Uint8Array, passphrase: string): Promise<Uint8Array> {
  const encrypter = new Encrypter()
  encrypter.setPassphrase(normalizePassphrase(passphrase))
  encrypter.setScryptWorkFactor(scryptWorkFactor)
  return await encrypter.encrypt(plaintext)
}

/** Keyboards differ in how they compose what looks the same. */
export function normalizePassphrase(passphrase: string): string {
  if (passphrase === '') throw new GantryError('invalid', 'The passphrase is empty.')
  return passphrase.normalize('NFC')
}
