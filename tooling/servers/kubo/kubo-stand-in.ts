import { hash } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

import { CID } from 'multiformats/cid'

import { readVarint } from '../read-varint.ts'

/**
 * So much of Kubo's RPC API and of the Pinning Service API as is asked for, after their documentation: for tests that cannot wait
 * until a Kubo is built, or want to see what it holds. It reads CARs by itself, and takes none without a root.
 */
export async function startKuboStandIn() {
  const blocks = new Map<string, Uint8Array>()
  const pins = new Set<string>()
  const requests = new Map<string, string>()
  const asked: string[] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://kubo')
    asked.push(`${request.method} ${url.pathname}`)
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    const argument = url.searchParams.get('arg') ?? ''
    const handle = async () => {
      const body = await bodyOf(request)
      if (url.pathname === '/api/v0/dag/import') {
        const found = readCar(fileOf(body, request.headers['content-type'] ?? ''))
        for (const [cid, bytes] of found) blocks.set(cid, bytes)
        response.writeHead(200).end(`${JSON.stringify({ Stats: { BlockCount: found.size, BlockBytesCount: 1 } })}\n`)
      } else if (url.pathname === '/api/v0/block/get') {
        const block = blocks.get(argument)
        if (block === undefined) answer(500, { Message: 'block was not found locally (offline)', Code: 0 })
        else response.writeHead(200).end(block)
      } else if (url.pathname === '/api/v0/pin/add') {
        if (!blocks.has(argument)) return answer(500, { Message: 'could not find the root', Code: 0 })
        pins.add(argument)
        answer(200, { Pins: [argument] })
      } else if (url.pathname === '/api/v0/pin/rm') {
        if (!pins.delete(argument)) return answer(500, { Message: 'not pinned or pinned indirectly', Code: 0 })
        answer(200, { Pins: [argument] })
      } else if (url.pathname.startsWith('/psa/pins')) {
        if (request.headers.authorization !== 'Bearer token') return answer(401, { error: { reason: 'UNAUTHORIZED' } })
        const id = url.pathname.split('/')[3]
        if (request.method === 'DELETE') {
          requests.delete(id ?? '')
          response.writeHead(202).end()
        } else if (request.method === 'POST') {
          const { cid } = JSON.parse(body.toString()) as { cid: string }
          requests.set(`request-${requests.size}`, cid)
          answer(202, {
            requestid: `request-${requests.size - 1}`,
            status: 'queued',
            pin: { cid },
            created: '',
            delegates: [],
          })
        } else {
          const of = [...requests].filter(([, cid]) => cid === url.searchParams.get('cid'))
          answer(200, { count: of.length, results: of.map(([requestid]) => ({ requestid, status: 'pinned' })) })
        }
      } else answer(404, {})
      return undefined
    }
    handle().catch((error: unknown) => answer(500, { Message: String(error) }))
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    blocks,
    pins,
    requests,
    asked,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => void server.close(resolve))
    },
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function fileOf(body: Buffer, type: string): Buffer {
  const boundary = /boundary=(.+)$/u.exec(type)?.[1] ?? ''
  const start = body.indexOf('\r\n\r\n') + 4
  return body.subarray(start, body.lastIndexOf(`\r\n--${boundary}--`))
}

function readCar(bytes: Buffer): Map<string, Uint8Array> {
  const blocks = new Map<string, Uint8Array>()
  const { value: header, end } = readVarint(bytes, 0)
  // {roots: []} would be shorter.
  if (header < 50) throw new Error('empty car, no roots')
  for (let at = end + header; at < bytes.length;) {
    const { value, end: start } = readVarint(bytes, at)
    const [cid, block] = CID.decodeFirst(bytes.subarray(start, start + value))
    if (!Buffer.from(cid.multihash.digest).equals(hash('sha256', block, 'buffer')))
      throw new Error('mismatch in content integrity')
    blocks.set(cid.toString(), new Uint8Array(block))
    at = start + value
  }
  return blocks
}
