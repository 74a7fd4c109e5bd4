import { unlockKey, type WritingKey } from '@gantry/catalogue'
import { GantryError, isGantryError } from '@gantry/core'

import { askSecret } from '../../ask-secret.ts'
import type { Context } from '../../context.ts'
import { openKeychain } from '../../keychain/keychain.ts'
import { UsageError } from '../../usage-error.ts'
import { givenPassphrase, nobodyToAsk } from '../share/passphrase.ts'

export interface ArchivePassphraseFlags {
  readonly passphraseFile?: string
  /** Name of what the keychain of the system keeps; `true` for the only one. */
  readonly keychain?: string | true
}

interface Asking {
  /** Of a new key: asked for twice. */
  readonly fresh: boolean
  /** Whether the keychain keeps a fresh one at once; default: `true`. Else `keepPassphrase` does, once it is known to fit. */
  readonly keep?: boolean
}

const onlyOne = 'archive'

/** From its file, the environment, the keychain of the system, or who sits there. */
export async function archivePassphrase(
  context: Context,
  flags: ArchivePassphraseFlags,
  { fresh, keep = true }: Asking,
): Promise<string> {
  const given = await givenPassphrase(context, flags)
  if (flags.keychain === undefined) return given ?? (await ask(context, fresh))
  const name = flags.keychain === true ? onlyOne : flags.keychain
  const keychain = await openKeychain(context.io.env)
  const kept = await keychain.get(name)
  if (kept !== undefined) {
    if (given === undefined || given === kept) return kept
    throw new UsageError('The keychain has another passphrase of that name: say --keychain NAME to keep both.')
  }
  const passphrase = given ?? (await ask(context, fresh))
  // One that is to open what there is may be wrong: kept only where it locks something new.
  if (fresh && keep) await keychain.set(name, passphrase)
  return passphrase
}

/** In the keychain that is named, if one is and has none. */
export async function keepPassphrase(
  context: Context,
  { keychain: named }: ArchivePassphraseFlags,
  passphrase: string | undefined,
): Promise<void> {
  if (named === undefined || passphrase === undefined) return
  const name = named === true ? onlyOne : named
  const keychain = await openKeychain(context.io.env)
  if ((await keychain.get(name)) === undefined) await keychain.set(name, passphrase)
}

/** What opens packed archives as well: the passphrase of a file or the keychain, as the environment would say it. */
export async function storedPassphrase(
  context: Context,
  flags: ArchivePassphraseFlags,
  asking: Asking,
): Promise<Readonly<Record<string, string>>> {
  if (flags.passphraseFile === undefined && flags.keychain === undefined) return {}
  const passphrase = await archivePassphrase(context, flags, asking)
  return { GANTRY_ARCHIVE_PASSPHRASE: passphrase }
}

/**
 * The key that the catalogue has is used whatever was given: who gives another passphrase would find, once the machine is
 * lost, that it opens nothing. None at all is fine: archiving needs none.
 */
export async function refuseOtherPassphrase(
  context: Context,
  key: WritingKey,
  stored: string | undefined,
): Promise<void> {
  const passphrase = stored ?? passphraseOfEnv(context)
  if (passphrase === undefined) return
  try {
    await unlockKey(key.sealed, passphrase)
  } catch (error) {
    if (!isGantryError(error) || error.code !== 'permission_denied') throw error
    throw new GantryError(
      'permission_denied',
      'This passphrase does not open the key that the catalogue writes manifests with. Give the one that the key was made with, or none at all; for another, use another --catalogue.',
      { cause: error },
    )
  }
}

export function passphraseOfEnv({ io: { env } }: Context): string | undefined {
  return env['GANTRY_PASSPHRASE'] || env['GANTRY_ARCHIVE_PASSPHRASE'] || undefined
}

async function ask(context: Context, fresh: boolean): Promise<string> {
  if (!context.io.interactive) throw nobodyToAsk()
  const first = await askSecret(
    context,
    fresh ? 'Passphrase for the archive, without which it is lost' : 'Passphrase of the archive',
  )
  if (first === '') throw new UsageError('Without its passphrase, no manifest is written or read.')
  if (fresh && (await askSecret(context, 'The same again')) !== first)
    throw new UsageError('The two passphrases differ.')
  return first
}
