import {
  type Cipher,
  generateIdentity,
  identityBytes,
  identityOf,
  openBytes,
  recipientOf,
  sealBytes,
  normalizePassphrase,
  sealByPassphrase,
} from '@gantry/age'
import { GantryError, isGantryError } from '@gantry/core'

import type { SecretLink } from './secret-link.ts'

/** What a link and its share's record hold where a passphrase is needed as well. */
export interface KeyLock {
  /** For the link: 32 bytes. */
  readonly key: Uint8Array
  /** For the share's record: an age file to `key`, of an age file to the passphrase, of the share's identity. */
  readonly keyLock: Uint8Array
}

/** Locks a share's identity so that neither link nor passphrase alone opens it. Takes about a second. */
export async function lockShareKey(identity: string, passphrase: string, cipher: Cipher): Promise<KeyLock> {
  identityBytes(identity)
  const linkIdentity = await generateIdentity()
  const inner = await sealByPassphrase(new TextEncoder().encode(`${identity}\n`), passphrase)
  const keyLock = await sealBytes(inner, [await recipientOf(linkIdentity)], cipher)
  return { key: identityBytes(linkIdentity), keyLock }
}

export interface ShareKeyOptions {
  readonly cipher: Cipher
  /** Of the share's record, if it has one. */
  readonly keyLock?: Uint8Array | undefined
  readonly passphrase?: string | AskPassphrase | undefined
}

/** Asks somebody for the passphrase, when it is sure that one is needed; asked again after a wrong one. */
export type AskPassphrase = (attempt: number) => Promise<string | undefined>

/** Wrong ones before `permission_denied`. */
const attempts = 3

/**
 * The identity of a share: the link's own key, or what link and passphrase together unlock. `unauthenticated` where a
 * passphrase is needed and none given, `permission_denied` where it is wrong, `integrity` where the link is.
 */
export async function shareKeyOf(link: Pick<SecretLink, 'key'>, options: ShareKeyOptions): Promise<string> {
  const { cipher, keyLock, passphrase } = options
  const linkIdentity = identityOf(link.key)
  if (keyLock === undefined) return linkIdentity
  const inner = await openBytes(keyLock, { identity: linkIdentity }, cipher).catch((error: unknown) => {
    if (!isGantryError(error) || error.code !== 'permission_denied') throw error
    const message = 'The key lock of the share cannot be decrypted: the link is not as it was made, or it was changed.'
    throw new GantryError('integrity', message, { cause: error })
  })
  if (typeof passphrase !== 'function') return await unlock(inner, passphrase, cipher)
  let wrong: unknown
  for (let attempt = 1; ; attempt += 1) {
    const answer = await passphrase(attempt)
    // Who has no other one gave a wrong one, and not none.
    if (wrong !== undefined && (answer === undefined || answer === '')) throw wrong
    try {
      return await unlock(inner, answer, cipher)
    } catch (error) {
      if (!isGantryError(error) || error.code !== 'permission_denied' || attempt === attempts) throw error
      wrong = error
    }
  }
}

async function unlock(inner: Uint8Array, passphrase: string | undefined, cipher: Cipher): Promise<string> {
  if (passphrase === undefined || passphrase === '') {
    throw passphraseNeeded()
  }
  const given = { passphrase: normalizePassphrase(passphrase) }
  const opened = await openBytes(inner, given, cipher).catch((error: unknown) => {
    if (!isGantryError(error) || error.code !== 'permission_denied') throw error
    throw new GantryError('permission_denied', 'This passphrase does not open the share.', { cause: error })
  })
  return checkShareIdentity(new TextDecoder().decode(opened))
}

export function passphraseNeeded(cause?: unknown): GantryError {
  const message =
    'The share needs its passphrase: give it; to the command gantry by --passphrase-file or in GANTRY_PASSPHRASE.'
  return new GantryError('unauthenticated', message, { cause })
}

function checkShareIdentity(text: string): string {
  const identity = text.replace(/\n$/u, '')
  try {
    identityBytes(identity)
    return identity
  } catch (error) {
    if (!isGantryError(error)) throw error
    throw new GantryError('integrity', 'The key lock of the share holds no key.')
  }
}
