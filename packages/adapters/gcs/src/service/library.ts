import { GantryError, isGantryError } from '@gantry/core/driver'

import type { Settings } from '../options.ts'
import { readKeyFile, type ServiceAccountKey } from './key-file.ts'

type Storage = import('@google-cloud/storage').Storage

/** To read, to write, and to change what is said of objects. */
const scope = 'https://www.googleapis.com/auth/devstorage.full_control'

/** Google's own library, for what is its business: who we are, and what we sign. Loaded when that is asked for. */
export async function loadStorage({ keyFile, endpoint }: Settings): Promise<Storage> {
  const { Storage } = await import('@google-cloud/storage')
  // It is asked for nothing that belongs to a project; without one it would look for its name.
  const about = { apiEndpoint: endpoint, projectId: 'unused' }
  if (keyFile === undefined) return new Storage(about)
  const key = await readKeyFile(keyFile)
  const storage = new Storage({ ...about, authClient: await clientOf(key) })
  // Whose name stands in signed URLs.
  storage.authClient.jsonContent = { client_email: key.client_email, private_key: key.private_key }
  return storage
}

async function clientOf({ client_email: email, private_key: key, private_key_id: keyId }: ServiceAccountKey) {
  const { JWT } = await import('google-auth-library')
  return new JWT({ email, key, ...(keyId !== undefined && { keyId }), scopes: [scope] })
}

/** The library's errors hold requests, and so assertions and keys: they are no cause of ours. */
export function errorOfLibrary(error: unknown): GantryError {
  if (isGantryError(error)) return error
  const { status, code } = { ...(error as { status?: unknown; code?: unknown }) }
  if (error instanceof Error && error.message.includes('default credentials')) {
    return new GantryError(
      'unauthenticated',
      'There are no credentials for Google: gcloud auth application-default login, GOOGLE_APPLICATION_CREDENTIALS, or the option keyFile.',
    )
  }
  const isRefusal = typeof status === 'number' && status >= 400 && status < 500 && status !== 429
  if (isRefusal || String(code).startsWith('ERR_OSSL')) {
    return new GantryError(
      'unauthenticated',
      'Google did not accept the credentials: check that the key is whole and not revoked, and the clock of this machine.',
    )
  }
  return new GantryError('unavailable', 'No access token could be got from Google: check the network and try again.')
}
