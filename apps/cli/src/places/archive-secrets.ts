import { builtinOverAdapters } from './builtin-adapters.ts'
import { readKeyFile } from '../read-key-file.ts'
import { UsageError } from '../usage-error.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * What opens an archive, and the agent of a w3up service, where the options of a remote do not say: the environment, or a
 * file that nobody else can read. Never a flag, never part of a job's record.
 */
export async function withArchiveSecrets(
  url: string,
  options: Readonly<Record<string, unknown>>,
  env: Environment,
): Promise<Record<string, unknown>> {
  const outer = /^(car|ipfs|w3up)\+/u.exec(url)?.[1]
  if (outer === undefined || !Object.hasOwn(builtinOverAdapters, outer)) return { ...options }
  const agent = outer === 'w3up' ? { agentSecret: env['W3_PRINCIPAL'], proof: env['W3_PROOF'] } : {}
  const opening = 'passphrase' in options || 'ageSecretKey' in options ? {} : await archiveKey(env)
  const known = Object.entries({ ...agent, ...opening }).filter(([, value]) => value !== undefined && value !== '')
  return { ...Object.fromEntries(known), ...options }
}

async function archiveKey(env: Environment): Promise<Record<string, string | undefined>> {
  const path = env['GANTRY_ARCHIVE_KEY_FILE'] ?? ''
  if (path === '') return { passphrase: env['GANTRY_ARCHIVE_PASSPHRASE'] || env['GANTRY_PASSPHRASE'] }
  const text = (await readKeyFile(path, ' GANTRY_ARCHIVE_KEY_FILE names it.')).replace(/\r?\n$/u, '')
  if (text === '') throw new UsageError('The key file of the archive is empty.')
  const identity = text.split('\n').find((line) => line.startsWith('AGE-SECRET-KEY-'))
  return identity === undefined ? { passphrase: text } : { ageSecretKey: identity.trim() }
}
