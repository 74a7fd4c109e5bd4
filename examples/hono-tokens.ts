import type { HubKeyFile } from '@gantry/core/hub'
import { fetchHubToken } from '@gantry/hub-store/node'
import { Hono } from 'hono'

/**
 * A backend that keeps the account's key, and hands whoever is signed in with it a token for the hub that lives an hour at
 * most, and when it expires: what the `auth` of a page's `createGantry` fetches. `userOf` is your own sign-in.
 */
export function tokenBackend(key: HubKeyFile, userOf: (request: Request) => Promise<string | undefined>): Hono {
  const fetchToken = fetchHubToken({ key })
  return new Hono().post('/hub-token', async (context) => {
    const user = await userOf(context.req.raw)
    if (user === undefined) return context.json({ error: 'Sign in first.' }, 401)
    return context.json(await fetchToken({ signal: AbortSignal.timeout(30_000) }), 200, { 'Cache-Control': 'no-store' })
  })
}
