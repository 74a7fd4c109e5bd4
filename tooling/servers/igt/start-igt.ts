import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'

import { addAuth } from './auth-routes.ts'
import { isData, passData } from './data-gate.ts'
import { addData } from './data-routes.ts'
import { addFiles } from './file-routes.ts'
import { guard, Hangup } from './guard.ts'
import { Objects } from './objects.ts'
import type { IgtOptions, IgtServer } from './options.ts'
import { State } from './state.ts'

/** Starts what stands for the IGT cloud: its sign-in and its data on one port, before a storage that is handed in. */
export async function startIgt(options: IgtOptions): Promise<IgtServer> {
  const state = new State(options)
  const objects = new Objects(options)
  const app = new Hono()
  app.use('*', async (c, next) => await guard(state, c, next))
  addAuth(app, state)
  addData(app, state)
  addFiles(app, state, objects)
  app.notFound((c) => c.json({ message: 'Unknown path' }, 400))
  app.onError((error, c) => {
    if (error instanceof Hangup) throw error
    return c.json({ message: 'Malformed request' }, 400)
  })
  const listener = getRequestListener(app.fetch, {
    // What asks for no answer gets none.
    errorHandler: (error) => {
      throw error
    },
  })
  const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0, noDelay: true })
  const serve = (request: IncomingMessage, response: ServerResponse) => {
    const work = isData(state, request.url ?? '/')
      ? passData(state, request, response)
      : Promise.resolve(listener(request, response))
    work.catch(() => request.socket.destroy())
  }
  server.on('request', serve)
  server.on('checkContinue', (request, response) => {
    response.writeContinue()
    serve(request, response)
  })
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    controls: state.controls,
    state,
    requests: state.requests,
    expireSessions() {
      for (const one of state.sessions) one.expires = 0
    },
    expireCredentials() {
      for (const one of state.grants.values()) one.revoked = true
    },
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
      objects.close()
    },
  }
}
