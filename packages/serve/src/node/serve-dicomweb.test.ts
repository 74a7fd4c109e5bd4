import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

import type { RequestLog } from '@gantry/http/server'
import { describe, expect, onTestFinished, test } from 'vitest'

import { image } from '../testing/image.ts'
import { uidLayout } from '../server.ts'
import { rig } from '../testing/rig.ts'
import { serveDicomweb } from './serve-dicomweb.ts'

const large = { 's/1.dcm': image({ size: 4000 }) }

async function asked(url: string, head: string) {
  const { hostname, port, pathname, host } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.write(head.replace('{root}', pathname).replace('{host}', host))
  await once(socket, 'connect')
  return socket
}

describe('a client that hangs up', () => {
  test.each(['resets', 'ends'] as const)('in the middle of an answer, and %s, is no trouble: 499', async (how) => {
    const log: RequestLog[] = []
    const { url, errors } = await rig({ files: large, log: (entry) => log.push(entry) })
    const socket = await asked(url, 'GET {root}/studies/1.2.1 HTTP/1.1\r\nHost: {host}\r\n\r\n')
    await once(socket, 'readable')
    if (how === 'resets') socket.resetAndDestroy()
    else socket.destroy()
    await expect.poll(() => log, { timeout: 20_000 }).toMatchObject([{ route: '/studies/{study}', status: 499 }])
    expect(log[0]?.sent).toBeLessThan(32_000_000)
    expect(errors).toEqual([])
  })

  test('in the middle of what it stores is none either', async () => {
    const log: RequestLog[] = []
    const { url, errors } = await rig({ stow: uidLayout, log: (entry) => log.push(entry) })
    const headers = 'Content-Type: application/dicom\r\nContent-Length: 100000'
    const socket = await asked(url, `POST {root}/studies HTTP/1.1\r\nHost: {host}\r\n${headers}\r\n\r\n`)
    socket.write(large['s/1.dcm'].subarray(0, 50_000))
    await expect.poll(() => socket.bytesWritten).toBeGreaterThan(50_000)
    socket.resetAndDestroy()
    await expect.poll(() => log, { timeout: 20_000 }).toMatchObject([{ route: '/studies', status: 499 }])
    expect(errors).toEqual([])
  })
})

describe('a Host without port', () => {
  test.each([
    ['127.0.0.1', ':port'],
    ['localhost', ':port'],
    ['[::1]', ':port'],
    ['localhost:80', ''],
    ['pacs.example', ''],
  ])('%s: URLs have the port that was asked only if the name is of this machine', async (host, expected) => {
    const { server } = await rig({ files: { 's/1.dcm': image() } })
    const served = await serveDicomweb(server, { hosts: ['pacs.example'] })
    onTestFinished(async () => await served.close(0))
    const { port, pathname } = new URL(served.url)
    const asking = request({ port, path: `${pathname}/studies`, headers: { host } })
    asking.end()
    const [response] = (await once(asking, 'response')) as [IncomingMessage]
    const [found] = JSON.parse(await text(response)) as { readonly '00081190': { readonly Value: readonly string[] } }[]
    const name = host.replace(':80', '')
    expect(found?.['00081190'].Value).toEqual([
      `http://${name}${expected.replace('port', port)}${pathname}/studies/1.2.1`,
    ])
  })
})
