import { type AccessToken, createAccessTokens, GantryError } from '@gantry/core/driver'
import type { Credentials } from '@gantry/http'

import type { Settings } from '../options.ts'
import { errorOfLibrary, loadStorage } from './library.ts'

/** Milliseconds, where the library says nothing of a token's end. */
const shortest = 300_000

/** Who asks: nobody, whose tokens were given, a service account, or who Google's own tools would be. */
export function credentialsOf(settings: Settings): Credentials {
  const { anonymous, token, tokens, now } = settings
  if (anonymous === true) {
    if (token === undefined && tokens === undefined) return { headers: {} }
    throw new GantryError('invalid', 'Give a token, or ask anonymously, and not both.')
  }
  if (token !== undefined && tokens !== undefined) {
    throw new GantryError('invalid', 'There is a "token" and there are "tokens": give one of them.')
  }
  if (tokens !== undefined) return { tokens }
  if (token !== undefined) return { tokens: { get: async () => token, refuse: () => {} } }
  return {
    tokens: createAccessTokens({
      fetch: async () => await fetchToken(settings),
      now,
      limit: () => AbortSignal.timeout(30_000),
    }),
  }
}

async function fetchToken(settings: Settings): Promise<AccessToken> {
  try {
    // Anew each time: it would hand out again what the service has refused.
    const { authClient } = await loadStorage(settings)
    const client = await authClient.getClient()
    const { token } = await client.getAccessToken()
    if (typeof token !== 'string') throw new Error('No token.')
    const { expiry_date: expires } = client.credentials
    return { token, expires: expires ?? settings.now() + shortest }
  } catch (error) {
    throw errorOfLibrary(error)
  }
}
