import { createHash, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { Http2SecureServer, Http2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'

import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { HonoAdapter } from '@bull-board/hono'
import { GantryError } from '@gantry/core'
import { serve } from '@hono/node-server'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'

import type { Fleet } from '../control.ts'
import { studiesQueue } from '../fleet-names.ts'
import type { FleetQueue } from '../queue/queue-server.ts'
import { reachable } from '../queue/reachable.ts'

export interface BoardOptions {
  readonly fleet: Fleet
  /** Default: 127.0.0.1. */
  readonly host?: string | undefined
  /** 0: one that is free. */
  readonly port: number
  /** Whoever has it may look. */
  readonly token: string
}

export interface RunningBoard {
  readonly url: string
  /** The same, with the token: a browser that opened it once needs it no more. */
  readonly link: string
  readonly close: () => Promise<void>
}

const cookie = 'gantry-board'

/**
 * Bull Board over the queues of a fleet, for looking and not for changing: what is to be tried again is known to the ledger.
 * Answers nobody without the token, as a bearer or in the cookie that the link leaves.
 */
export async function serveBoard({ fleet, host = '127.0.0.1', port, token }: BoardOptions): Promise<RunningBoard> {
  const { ledger, queue } = fleet
  const known = await ledger.queues()
  const queues = known.flatMap(({ name }) => [queue.queue(name), queue.queue(studiesQueue(name))])
  try {
    await Promise.all(queues.map(async (one) => await reachable(one, queue.kind)))
    const server = await listening(appOf(queues, token), { host, port })
    const { port: own } = server.address() as AddressInfo
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${own}`
    return {
      url: `${url}/board`,
      link: `${url}/?token=${encodeURIComponent(token)}`,
      async close() {
        await stop(server)
        await Promise.all(queues.map(async (one) => await one.close()))
      },
    }
  } catch (error) {
    // One that does not answer would be waited for.
    for (const one of queues) void one.close().catch(() => {})
    throw error
  }
}

function appOf(queues: readonly FleetQueue[], token: string): Hono {
  const adapter = new HonoAdapter(serveStatic)
  adapter.setBasePath('/board')
  createBullBoard({
    queues: queues.map((one) => new BullMQAdapter(one, { readOnlyMode: true })),
    serverAdapter: adapter,
    options: { uiConfig: { boardTitle: 'Gantry fleet' } },
  })
  const app = new Hono()
  app.use(async (context, next) => {
    const given = context.req.query('token')
    if (given !== undefined) {
      if (!same(given, token)) return context.text('This link is not that of the board.', 401)
      setCookie(context, cookie, token, { httpOnly: true, sameSite: 'Strict', path: '/' })
      return context.redirect('/board')
    }
    const bearer = /^Bearer (.+)$/u.exec(context.req.header('authorization') ?? '')?.[1]
    if (same(bearer ?? getCookie(context, cookie) ?? '', token)) return await next()
    deleteCookie(context, cookie)
    return context.text('Open the link that gantry fleet board printed.', 401)
  })
  app.get('/', (context) => context.redirect('/board'))
  app.route('/board', adapter.registerPlugin())
  return app
}

async function listening(app: Hono, { host, port }: { readonly host: string; readonly port: number }) {
  const server = serve({ fetch: app.fetch, hostname: host, port })
  try {
    await once(server, 'listening')
    return server
  } catch (cause) {
    throw new GantryError('unavailable', 'The port of the board is taken, or cannot be listened at: see --port.', {
      cause,
    })
  }
}

async function stop(server: Server | Http2Server | Http2SecureServer): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  if ('closeAllConnections' in server) server.closeAllConnections()
  await closed
}

function same(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
