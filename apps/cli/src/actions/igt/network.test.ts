import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { request } from 'node:http'

import { hasOpenssl, makeCertificate } from '@gantry-tooling/servers'
import { expect, test } from 'vitest'

import { spawnGantry } from '../../../testing/bin.ts'
import { IgtBench } from '../../../testing/igt-bench.ts'

const patience = 180_000

/** The cloud and its storage behind TLS, with a certificate that nobody signed, as `igt.test`. */
async function startTls(cloud: IgtBench) {
  const options = makeCertificate(cloud.bench.path(), 'igt.test', 'localhost')
  const to = new URL(cloud.server.url)
  const server = createSecureServer(options, (incoming, response) => {
    const { method, url, headers } = incoming
    const onward = request({ host: to.hostname, port: to.port, method, path: url, headers }, (answered) => {
      response.writeHead(answered.statusCode ?? 502, answered.headers)
      answered.pipe(response)
    })
    onward.on('error', () => response.destroy())
    incoming.pipe(onward)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, server }
}

/** Leads every name to one port of this machine, and notes what it was asked for. */
async function startProxy(port: number): Promise<{ server: Server; url: string; asked: Set<string> }> {
  const asked = new Set<string>()
  const server = createServer((_, response) => response.writeHead(400).end())
  server.on('connect', (incoming, socket) => {
    asked.add(incoming.url ?? '')
    const onward = connect(port, '127.0.0.1', () => socket.write('HTTP/1.1 200 Connection Established\r\n\r\n'))
    onward.pipe(socket).pipe(onward)
    for (const one of [socket, onward]) {
      one.on('error', () => {
        onward.destroy()
        socket.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

test.skipIf(!hasOpenssl())(
  'through a proxy and to a certificate of its own: API and data alike (needs the openssl command)',
  { timeout: patience },
  async () => {
    await using cloud = await IgtBench.open()
    const { bench, server } = cloud
    const tls = await startTls(cloud)
    const proxy = await startProxy(tls.port)
    const { jwt, csrf } = server.state.login('user', false)
    await bench.fill('up/Hospital A/p---s', 3)
    const env = {
      ...cloud.env,
      CLOUD_JWT_TOKEN: jwt,
      CLOUD_CSRF_TOKEN: csrf,
      AWS_ENDPOINT_URL_S3: 'https://igt.test',
      HTTPS_PROXY: proxy.url,
      NO_PROXY: 'near.test',
    }
    const run = async (argv: readonly string[], more: Record<string, string> = {}) =>
      await spawnGantry(argv, { cwd: bench.folder, env: { ...env, ...more } })
    const upload = ['igt', 'upload', 'up', 'Project', '--domain', 'igt.test']
    try {
      const distrusted = await run(upload)
      expect(distrusted.code).toBe(1)
      expect(cloud.sent).toBe(0)
      const sent = await run([...upload, '--ca', 'cert.pem'])
      expect(sent).toMatchObject({ code: 0 })
      expect(cloud.sent).toBe(3)
      expect([...proxy.asked]).toEqual(['igt.test:443'])
      // Of Node's own variable, and as a place.
      const copy = ['copy', 'igt+https://igt.test/Project/Hospital A', 'down/Hospital A']
      expect(await run(copy, { NODE_EXTRA_CA_CERTS: bench.path('cert.pem') })).toMatchObject({ code: 0 })
      expect(await cloud.tree('down')).toEqual(await cloud.tree('up'))
      // This machine is not asked for through it; that there is nothing at the port is told at once.
      proxy.asked.clear()
      const local = ['igt', 'csv', '.', 'Project', '--domain', `https://localhost:${tls.port}`, '--ca', 'cert.pem']
      expect(await run(local)).toMatchObject({ code: 0 })
      expect(proxy.asked.size).toBe(0)
    } finally {
      for (const one of [tls.server, proxy.server]) {
        one.closeAllConnections()
        one.close()
      }
    }
  },
)

test('a bundle that is none is told as wrong', async () => {
  await using cloud = await IgtBench.open()
  await cloud.bench.write('bad.pem', 'no certificate')
  expect((await cloud.igt(['csv', '.', 'Project', '--ca', 'bad.pem'])).code).toBe(2)
  expect((await cloud.igt(['csv', '.', 'Project', '--ca', 'nowhere.pem'])).code).toBe(2)
})
