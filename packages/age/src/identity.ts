import { GantryError } from '@gantry/core'
import { bech32 } from '@scure/base'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'

const identityPrefix = 'AGE-SECRET-KEY-'
const recipientPrefix = 'age'

/** A fresh X25519 identity, `AGE-SECRET-KEY-1...`. */
export async function generateIdentity(): Promise<string> {
  return await generateX25519Identity()
}

/** The recipient, `age1...`, of an identity. */
export async function recipientOf(identity: string): Promise<string> {
  identityBytes(identity)
  return await identityToRecipient(identity)
}

/** The 32 bytes of an identity; `invalid` for anything else, and the error does not repeat it. */
export function identityBytes(identity: string): Uint8Array {
  const bytes = identity.startsWith(`${identityPrefix}1`) ? decode(identity, identityPrefix) : undefined
  if (bytes === undefined) throw new GantryError('invalid', 'This is no age identity (AGE-SECRET-KEY-1...).')
  return bytes
}

/** The identity of 32 bytes. */
export function identityOf(bytes: Uint8Array): string {
  if (bytes.length !== 32) throw new GantryError('invalid', 'A key has 32 bytes.')
  return bech32.encodeFromBytes(identityPrefix, bytes).toUpperCase()
}

/** The recipient, if it is one of X25519. */
export function checkRecipient(recipient: string): string {
  if (recipient.startsWith(`${recipientPrefix}1`) && decode(recipient, recipientPrefix) !== undefined) return recipient
  throw new GantryError('invalid', 'This is no age recipient of X25519 (age1..., 62 letters and digits).')
}

function decode(text: string, prefix: string): Uint8Array | undefined {
  try {
    const decoded = bech32.decodeToBytes(text)
    return decoded.prefix.toLowerCase() === prefix.toLowerCase() && decoded.bytes.length === 32
      ? decoded.bytes
      : undefined
  } catch {
    // Its message repeats the text.
    return undefined
  }
}
