import { GantryError } from '@gantry/core'

type Environment = Readonly<Record<string, string | undefined>>

/** Secrets in the keychain of the operating system, of this user. */
export interface Keychain {
  /** `undefined` where there is none of that name. */
  get(name: string): Promise<string | undefined>
  set(name: string, secret: string): Promise<void>
  remove(name: string): Promise<void>
}

const service = 'gantry'

/**
 * Keychain of macOS, Credential Manager of Windows, and on Linux the Secret Service of the desktop (GNOME Keyring, KWallet,
 * KeePassXC). `GANTRY_KEYCHAIN=keyutils` takes the kernel's own instead, which forgets when the machine is started anew:
 * never by itself, for a passphrase that was kept there would be lost.
 * @throws GantryError `unsupported` where there is none.
 */
export async function openKeychain(env: Environment): Promise<Keychain> {
  const { AsyncEntry } = await import('@napi-rs/keyring').catch((cause: unknown) => {
    throw new GantryError('unsupported', 'There is no keychain for this system: use --passphrase-file.', { cause })
  })
  const store = env['GANTRY_KEYCHAIN'] === 'keyutils' ? 'keyutils' : 'secret-service'
  const entry = (name: string) => new AsyncEntry(service, name, { linux: { store } })
  return {
    get: async (name) => (await reaching(async () => await entry(name).getPassword())) ?? undefined,
    set: async (name, secret) => await reaching(async () => await entry(name).setPassword(secret)),
    remove: async (name) => void (await reaching(async () => await entry(name).deleteCredential())),
  }
}

async function reaching<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask()
  } catch (cause) {
    const message =
      process.platform === 'linux'
        ? 'No Secret Service answers: is a keyring of the desktop unlocked? Otherwise use --passphrase-file.'
        : 'The keychain of this system does not answer, or is locked: unlock it, or use --passphrase-file.'
    throw new GantryError('unsupported', message, { cause })
  }
}
