import { createHash, randomBytes } from 'node:crypto'

import { GantryError } from '@gantry/core'
import * as z from 'zod'

import { generateIdentity, identityBytes, nodeCipher, openBytes, recipientOf, sealByPassphrase } from './age.ts'

/** What writes manifests: it opens none. */
export interface WritingKey {
  /** Derived from the recipient. */
  readonly name: string
  /** `age1...` */
  readonly recipient: string
  /** Secret that makes the names of manifests, so that they tell nobody what they are of. */
  readonly naming: Uint8Array
  /** An age file that the passphrase opens, of identity and naming: it travels with the data. */
  readonly sealed: Uint8Array
}

/** What reads manifests. Keep it secret. */
export interface ReadingKey {
  readonly name: string
  readonly identity: string
}

const sealedSchema = z.object({ version: z.literal(1), identity: z.string(), naming: z.hex().length(64) })

/** A fresh key, locked by a passphrase. Takes about a second. */
export async function makeKey(passphrase: string): Promise<WritingKey> {
  const identity = await generateIdentity()
  const recipient = await recipientOf(identity)
  const naming = randomBytes(32)
  const plain = JSON.stringify({ version: 1, identity, naming: naming.toString('hex') })
  const sealed = await sealByPassphrase(new TextEncoder().encode(plain), passphrase)
  return { name: nameOf(recipient), recipient, naming: Uint8Array.from(naming), sealed }
}

/** `permission_denied` for a wrong passphrase, `integrity` for a key that was changed. Takes about a second. */
export async function unlockKey(sealed: Uint8Array, passphrase: string): Promise<ReadingKey & WritingKey> {
  const plain = await openBytes(sealed, { passphrase }, nodeCipher)
  try {
    const { identity, naming } = sealedSchema.parse(JSON.parse(new TextDecoder().decode(plain)))
    identityBytes(identity)
    const recipient = await recipientOf(identity)
    return { name: nameOf(recipient), recipient, identity, naming: Uint8Array.from(Buffer.from(naming, 'hex')), sealed }
  } catch {
    // Its own message could repeat what it read.
    throw new GantryError('integrity', 'The key file of the archive holds no key.')
  }
}

function nameOf(recipient: string): string {
  return createHash('sha256').update(recipient).digest('hex').slice(0, 16)
}
