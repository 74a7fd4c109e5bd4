import { GantryError } from '@gantry/core'

import { builtinOverAdapters } from './builtin-adapters.ts'
import { readKeyFile } from '../read-private-file.ts'
import { UsageError } from '../usage-error.ts'

type Environment = Readonly<Record<string, string | undefined>>

const archived = /^(car|ipfs|w3up)\+/u

/**
 * What opens an archive, and the agent of a w3up service, where the options of a remote do not say: the environment, or a
 * file that nobody else can read. Never a flag, never part of a job's record.
 */
export async function withArchiveSecrets(
  url: string,
  options: Readonly<Record<string, unknown>>,
  env: Environment,
): Promise<Record<string, unknown>> {
  const outer = archived.exec(url)?.[1]
  if (outer === undefined || !Object.hasOwn(builtinOverAdapters, outer)) return { ...options }
  const agent = outer === 'w3up' ? { agentSecret: env['W3_PRINCIPAL'], proof: env['W3_PROOF'] } : {}
  const opening = 'passphrase' in options || 'ageSecretKey' in options ? {} : await archiveKey(env)
  const known = Object.entries({ ...agent, ...opening }).filter(([, value]) => value !== undefined && value !== '')
  return { ...Object.fromEntries(known), ...options }
}

interface Destination {
  readonly url: string
  /** What the command line or a job's record says of it. */
  readonly given: Readonly<Record<string, string>>
  /** All that it is opened with. */
  readonly options: Readonly<Record<string, unknown>>
}

/** Before anything moves: every entry would be refused for it. */
export function refuseUnopened({ url, options }: Destination): void {
  if (!isArchive(url) || options['public'] === true) return
  if (options['passphrase'] !== undefined || options['ageSecretKey'] !== undefined) return
  throw new GantryError(
    'unauthenticated',
    'An archive is encrypted, and there is nothing to do that by: set GANTRY_ARCHIVE_PASSPHRASE, or GANTRY_ARCHIVE_KEY_FILE. For plaintext that anyone may read who can reach it, say --public.',
  )
}

/** An option of a place is easily taken over with an address: plaintext is to be asked for by its own word. */
export function refuseUnsaid({ url, given }: Destination): void {
  if (!isArchive(url) || given['public'] === undefined || given['public'] === 'false') return
  throw new UsageError('Plaintext in an archive is asked for with --public, and not with an option of the place.')
}

function isArchive(url: string): boolean {
  return archived.test(url)
}

async function archiveKey(env: Environment): Promise<Record<string, string | undefined>> {
  const path = env['GANTRY_ARCHIVE_KEY_FILE'] ?? ''
  if (path === '') return { passphrase: env['GANTRY_ARCHIVE_PASSPHRASE'] || env['GANTRY_PASSPHRASE'] }
  const text = (await readKeyFile(path, ' GANTRY_ARCHIVE_KEY_FILE names it.')).replace(/\r?\n$/u, '')
  if (text === '') throw new UsageError('The key file of the archive is empty.')
  const identity = text.split('\n').find((line) => line.startsWith('AGE-SECRET-KEY-'))
  return identity === undefined ? { passphrase: text } : { ageSecretKey: identity.trim() }
}
