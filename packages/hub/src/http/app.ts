import { httpStatusOf, Refusal } from '@gantry/core'
import { Hono } from 'hono'
import { cors } from 'hono/cors'

import type { HubSetup } from '../options.ts'
import type { AccessTokenMint } from '../tokens/access-tokens.ts'
import type { Principal } from '../tokens/principal.ts'
import { answerOf } from './answer.ts'
import { type Connection, Exchange } from './exchange.ts'
import { addMounts } from './mount.ts'
import { pageAnswer } from './pages.ts'
import { protect } from './protect.ts'
import type { Route } from './route.ts'

interface Traffic {
  route: string
  received: number
  sent: number
  /** Whoever asked may have left. */
  ended: ((left: boolean) => void) | undefined
  /** It is a page of the app that the hub serves. */
  page: boolean
}

type Environment = { Bindings: Connection; Variables: { traffic: Traffic } }

const allowedHeaders = [
  'Authorization',
  'Content-Type',
  'Range',
  'If-Match',
  'If-None-Match',
  'If-Range',
  'Gantry-Modified',
  'Gantry-Crc32',
]
const exposedHeaders = [
  'ETag',
  'Content-Length',
  'Content-Range',
  'Accept-Ranges',
  'Gantry-Modified',
  'Gantry-Crc32',
  'Retry-After',
  'Warning',
  'WWW-Authenticate',
]

/** Serves the routes. */
export function createApp(routes: readonly Route[], mint: AccessTokenMint, parts: HubSetup): Hono<Environment> {
  const { issuer, origins, mounts, pages, onError, log } = parts
  const base = new URL(issuer).pathname.replace(/\/$/u, '')
  const app = new Hono<Environment>({
    // As it came: decoding is the routes' affair, who refuse what is not UTF-8. A proxy may have cut off the base.
    getPath(request) {
      const { pathname } = new URL(request.url)
      return base !== '' && pathname.startsWith(`${base}/`) ? pathname.slice(base.length) : pathname
    },
  })
  app.use(async (context, next) => {
    const start = performance.now()
    const { method } = context.req.raw
    const traffic: Traffic = { route: '-', received: 0, sent: 0, ended: undefined, page: false }
    context.set('traffic', traffic)
    await next()
    protect(context.res.headers, issuer, traffic.page)
    const { status, body, headers } = context.res
    const end = (left: boolean) => {
      const { route, received, sent } = traffic
      log({
        method,
        route,
        status: left ? httpStatusOf('cancelled') : status,
        received,
        sent,
        ms: performance.now() - start,
      })
    }
    if (body !== null && headers.has('Accept-Ranges') && method !== 'HEAD') traffic.ended = end
    else end(false)
  })
  app.use(
    cors({
      origin: (origin) => (origins.includes(origin) ? origin : null),
      allowMethods: ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'],
      allowHeaders: allowedHeaders,
      exposeHeaders: exposedHeaders,
      maxAge: 600,
    }),
  )
  for (const route of routes) {
    // The app of the hub opens shares in its own way.
    if (pages !== undefined && route.operation === 'showShare') continue
    // Hono answers HEAD by the route of GET.
    if (route.method === 'head') continue
    app.on(route.method.toUpperCase(), honoPath(route.path), async (context) => {
      const { req } = context
      const traffic = context.get('traffic')
      traffic.route = route.path
      const principal = await authenticate(req.header('authorization'), route, mint)
      const connection = (context.env as Connection | undefined) ?? {}
      return await route.handle(new Exchange(req.raw, connection, req.param(), principal, traffic))
    })
  }
  addMounts(app, mounts, async (header, scope) => await authenticate(header, { scopes: [scope] }, mint))
  if (pages !== undefined) {
    app.get('/*', async (context, next) => {
      const page = context.req.path.startsWith('/v1/') ? undefined : await pageAnswer(pages, context.req.path)
      if (page === undefined) return await next()
      const traffic = context.get('traffic')
      traffic.route = 'page'
      traffic.page = true
      return page
    })
  }
  app.notFound(() => answerOf(new Refusal('not_found', 'There is nothing here: see /openapi.json.')).response)
  app.onError((error) => {
    const { response, hidden } = answerOf(error)
    if (hidden) onError(error)
    return response
  })
  return app
}

function honoPath(path: string): string {
  return path.replace('{path}', ':path{.+}').replaceAll(/\{(\w+)\}/gu, ':$1')
}

async function authenticate(
  header: string | undefined,
  route: Pick<Route, 'scopes' | 'share'>,
  mint: AccessTokenMint,
): Promise<Principal | undefined> {
  const [, token] = /^Bearer +([\w~+/=.-]+)$/iu.exec(header ?? '') ?? []
  // A route that needs none may still want to know who it is.
  const principal = token === undefined ? undefined : await mint.check(token)
  const { scopes, share = false } = route
  if (scopes.length === 0) return principal
  if (principal === undefined) {
    throw new Refusal('unauthenticated', 'An access token is needed.', { headers: { 'WWW-Authenticate': 'Bearer' } })
  }
  const enough = principal.kind === 'share' ? share : scopes.some((scope) => principal.scopes.has(scope))
  if (!enough) {
    throw new Refusal('permission_denied', `The access token lacks the scope ${scopes.join(' or ')}.`, {
      reason: 'scope',
      headers: { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${scopes.join(' ')}"` },
    })
  }
  return principal
}
