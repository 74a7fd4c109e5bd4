import { abortable, type Call, GantryError, type SignDriver } from '@gantry/core/driver'

import type { Settings } from '../options.ts'
import { errorOfLibrary, loadStorage } from './library.ts'
import { roleOf } from './roles.ts'
import type { Service } from './service.ts'

/** GCS's limit for signed URLs: a week. */
export const longestSigned = 7 * 24 * 60 * 60

/** A token alone signs nothing: that takes a key, or an account that Google signs for. */
export function canSign({ anonymous, token, tokens, keyFile }: Settings): boolean {
  return keyFile !== undefined || (anonymous !== true && token === undefined && tokens === undefined)
}

export function signing(service: Service): SignDriver {
  return {
    async url(path, { method, expiresIn }, call) {
      return await unlessAborted(sign(service, path, method, expiresIn), call)
    },
  }
}

async function sign({ settings, keyOf }: Service, path: string, method: 'GET' | 'PUT', expiresIn: number) {
  try {
    const file = (await loadStorage(settings)).bucket(settings.bucket).file(keyOf(path))
    const [url] = await file.getSignedUrl({
      version: 'v4',
      action: method === 'GET' ? 'read' : 'write',
      expires: settings.now() + expiresIn * 1000,
    })
    return url
  } catch (error) {
    if (error instanceof Error && error.name === 'SigningError') {
      throw new GantryError(
        'permission_denied',
        `URLs are signed with the key of a service account (keyFile), or by Google for who has ${roleOf('iam.serviceAccounts.signBlob')}.`,
      )
    }
    throw errorOfLibrary(error)
  }
}

/** The library cannot be told to stop; nobody waits for it any longer. */
async function unlessAborted(work: Promise<string>, { signal }: Call): Promise<string> {
  async function* once() {
    yield await work
  }
  for await (const url of abortable(once(), signal)) return url
  throw new GantryError('internal', 'Nothing was signed.')
}
