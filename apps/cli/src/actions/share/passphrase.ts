import type { AskPassphrase } from '@gantry/share'

import { askSecret } from '../../ask-secret.ts'
import type { Context } from '../../context.ts'
import { readSecretFile } from '../../read-private-file.ts'
import { UsageError } from '../../usage-error.ts'

export interface PassphraseFlags {
  readonly passphrase?: boolean
  readonly passphraseFile?: string
}

const longest = 4096

/** For a new share: from its file, the environment, or who sits there; `undefined` where none is wanted. */
export async function newPassphrase(context: Context, flags: PassphraseFlags): Promise<string | undefined> {
  if (flags.passphrase !== true && flags.passphraseFile === undefined) return undefined
  const given = await givenPassphrase(context, flags)
  if (given !== undefined) return given
  if (!context.io.interactive) throw nobodyToAsk()
  const first = await askSecret(context, 'Passphrase for the share')
  if (first === '') throw new UsageError('Without a passphrase nothing is shared.')
  if ((await askSecret(context, 'The same again')) !== first) throw new UsageError('The two passphrases differ.')
  return first
}

/** For a share that needs one: from its file, the environment, or who sits there. */
export async function knownPassphrase(context: Context, flags: PassphraseFlags): Promise<string | AskPassphrase> {
  const given = await givenPassphrase(context, flags)
  if (given !== undefined) return given
  return async (attempt) => {
    if (!context.io.interactive) return undefined
    return await askSecret(
      context,
      attempt === 1 ? 'Passphrase of the share' : 'That is not it. Passphrase of the share',
    )
  }
}

/** Of its file, or the environment. */
export async function givenPassphrase(
  context: Context,
  { passphraseFile }: Pick<PassphraseFlags, 'passphraseFile'>,
): Promise<string | undefined> {
  if (passphraseFile === undefined) return context.io.env['GANTRY_PASSPHRASE'] || undefined
  const text = (await readSecretFile(context, passphraseFile, 'The passphrase')).replace(/\r?\n$/u, '')
  if (text === '' || text.length > longest) {
    throw new UsageError(`A passphrase has 1 to ${longest} characters: that of --passphrase-file does not.`)
  }
  return text
}

export function nobodyToAsk(): UsageError {
  return new UsageError('Nobody is there to be asked for the passphrase: use --passphrase-file or GANTRY_PASSPHRASE.')
}
