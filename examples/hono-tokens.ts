import { createAccessTokens } from '@gantry/core'
import type { HubKeyFile } from '@gantry/core/hub'
import { fetchHubToken } from '@gantry/hub-store/node'
import { Hono } from 'hono'

/**
 * A backend that keeps the account's key, and hands whoever is signed in with it a token for the hub that lives an hour at
 * most. A page gives it to `gantry.auth.setAccessToken`. `userOf` is your own sign-in.
 */
export function tokenBackend(key: HubKeyFile, userOf: (request: Request) => Promise<string | undefined>): Hono {
  const tokens = createAccessTokens({ fetch: fetchHubToken({ key }), now: Date.now })
  return new Hono().post('/hub-token', async (context) => {
    const user = await userOf(context.req.raw)
    if (user === undefined) return context.json({ error: 'Sign in first.' }, 401)
    return context.json({ token: await tokens.get() }, 200, { 'Cache-Control': 'no-store' })
  })
}
