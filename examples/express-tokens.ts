import type { HubKeyFile } from '@gantry/core/hub'
import { fetchHubToken } from '@gantry/hub-store/node'
import express, { type Express, type Request } from 'express'

/** The same as `hono-tokens.ts`, with Express: `userOf` is your own sign-in, and a failure reaches Express' error handler. */
export function tokenServer(key: HubKeyFile, userOf: (request: Request) => Promise<string | undefined>): Express {
  const fetchToken = fetchHubToken({ key })
  const app = express().disable('x-powered-by')
  app.post('/hub-token', async (request, response) => {
    response.set('Cache-Control', 'no-store')
    const user = await userOf(request)
    if (user === undefined) response.status(401).json({ error: 'Sign in first.' })
    else response.json(await fetchToken({ signal: AbortSignal.timeout(30_000) }))
  })
  return app
}
