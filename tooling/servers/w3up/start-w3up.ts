import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { delegate, Message } from '@ucanto/core'
import { ed25519 } from '@ucanto/principal'
import { CAR } from '@ucanto/transport'
import { CID } from 'multiformats/cid'
import { base64 } from 'multiformats/bases/base64'
import { identity } from 'multiformats/hashes/identity'

import { readVarint } from '../read-varint.ts'
import { refuseWrites } from './refuse-writes.ts'

/** Longer than anyone thinks about a shard. */
const keepAliveTimeout = 600_000

/** A space of the service, and what another agent needs to use it: all that a client is given. */
export interface W3upAccess {
  readonly endpoint: string
  /** Of the service. */
  readonly service: string
  readonly receipts: string
  readonly space: string
  /** The agent's, `M...`. */
  readonly key: string
  /** A delegation of the space to the agent, as one string. */
  readonly proof: string
}

export interface RunningW3up {
  readonly url: string
  /** A new space with an agent of its own. */
  createSpace(): Promise<W3upAccess>
  /** `PUT`s of blobs so far. */
  readonly puts: number
  /** Answers all that writes as a service does that was shut down. */
  readOnly: boolean
  close(): Promise<void>
}

const abilities = [
  'space/blob/add',
  'space/blob/list',
  'space/blob/remove',
  'space/index/add',
  'filecoin/offer',
  'upload/add',
  'upload/list',
  'upload/get',
  'upload/remove',
] as const

export interface W3upOptions {
  /** Whose service: of web3.storage, or of Storacha, which came after it. */
  readonly of?: 'web3-storage' | 'storacha'
  /** Puts something before what blobs go to and come from, which is told as a URL, and answers where that is. */
  readonly front?: (target: string) => Promise<string>
}

/**
 * The upload service itself (`@web3-storage/upload-api` or `@storacha/upload-api`) in this process, over stores in memory, listening on loopback only:
 * its own test context, with what keeps that from being used for longer than a moment set right.
 */
export async function startW3up({ of: vendor = 'web3-storage', front }: W3upOptions = {}): Promise<RunningW3up> {
  const lifecycle = await contextOf(vendor)
  const failures: unknown[] = []
  const state = { puts: 0, readOnly: false }
  const http = {
    createServer: (listener: RequestListener) => loopback(listener, () => (state.puts += 1), front),
  }
  const context = await lifecycle.createContext({
    http: http as never,
    requirePaymentPlan: false,
    assert: { fail: (error: unknown) => failures.push(error) },
  })
  for (const { invocationConfig } of [context.claimsService, context.indexingService ?? []].flat()) {
    // Those of the context expire after 30 seconds.
    const lasting = await delegate({
      issuer: invocationConfig.audience as never,
      audience: invocationConfig.issuer,
      capabilities: [{ with: (invocationConfig.audience ?? context.id).did(), can: 'assert/*' }],
      expiration: Number.POSITIVE_INFINITY,
    })
    Object.assign(invocationConfig, { proofs: [lasting] })
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error))
    })
  })
  server.keepAliveTimeout = keepAliveTimeout
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', url)
    if (request.method === 'POST') {
      const body = await bodyOf(request)
      const given = { headers: request.headers as Record<string, string>, body }
      const refusal = state.readOnly ? await refuseWrites(given, context.id) : undefined
      if (refusal !== undefined) {
        response.writeHead(200, refusal.headers as Record<string, string>).end(refusal.body)
        return
      }
      const { status = 200, headers, body: out } = await context.connection.channel.request(given)
      response.writeHead(status, headers as Record<string, string>).end(out)
      return
    }
    const receipt = /^\/receipt\/(\w+)$/u.exec(pathname)?.[1]
    const block = /^\/ipfs\/(\w+)$/u.exec(pathname)?.[1]
    if (receipt !== undefined) return await giveReceipt(receipt, response)
    if (block !== undefined) return giveBlock(block, response)
    response.writeHead(404).end()
  }

  async function giveReceipt(cid: string, response: ServerResponse): Promise<void> {
    const { ok } = await context.agentStore.receipts.get(CID.parse(cid) as never)
    if (ok === undefined) return void response.writeHead(404).end()
    const message = await Message.build({ receipts: [ok as never] })
    const { headers, body } = CAR.request.encode(message)
    response.writeHead(200, headers as Record<string, string>).end(body)
  }

  function giveBlock(cid: string, response: ServerResponse): void {
    const wanted = CID.parse(cid)
    const bytes = findBlock(context as never, wanted)
    if (bytes === undefined) return void response.writeHead(404).end()
    response.writeHead(200, { 'content-type': 'application/vnd.ipld.raw', 'content-length': bytes.length }).end(bytes)
  }

  return {
    url,
    get puts() {
      return state.puts
    },
    get readOnly() {
      return state.readOnly
    },
    set readOnly(value) {
      state.readOnly = value
    },
    async createSpace() {
      const [space, agent] = [await ed25519.generate(), await ed25519.generate()]
      const cause = await delegate({
        issuer: space,
        audience: context.id,
        capabilities: [{ with: space.did(), can: 'provider/add' }],
      })
      const { error } = await context.provisionsStorage.put({
        cause: cause as never,
        consumer: space.did(),
        customer: 'did:mailto:example.org:someone',
        provider: context.id.did() as never,
      })
      if (error !== undefined) throw new Error('The space has no provider.', { cause: error })
      const proof = await delegate({
        issuer: space,
        audience: agent,
        capabilities: abilities.map((can) => ({ with: space.did(), can })) as never,
        expiration: Number.POSITIVE_INFINITY,
      })
      const { ok: archive } = await proof.archive()
      if (archive === undefined) throw new Error('The delegation could not be archived.')
      return {
        endpoint: `${url}/`,
        service: context.id.did(),
        receipts: `${url}/receipt/`,
        space: space.did(),
        key: ed25519.format(agent),
        proof: CID.createV1(0x02_02, identity.digest(archive)).toString(base64),
      }
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => void server.close(resolve))
      await lifecycle.cleanupContext(context)
    },
  }
}

type Web3Storage = typeof import('@web3-storage/upload-api/test/context')
type Context = Awaited<ReturnType<Web3Storage['createContext']>>

/** Storacha's has the same shape, as far as it is used here, and one service more. */
interface TestContext {
  createContext(
    options: Parameters<Web3Storage['createContext']>[0],
  ): Promise<Context & { readonly indexingService?: Context['claimsService'] }>
  cleanupContext(context: Context): Promise<void>
}

async function contextOf(vendor: 'web3-storage' | 'storacha'): Promise<TestContext> {
  if (vendor === 'web3-storage') return (await import('@web3-storage/upload-api/test/context')) as never
  // By a name that the compiler does not follow: its types are sources that do not compile under our rules.
  const name: string = '@storacha/upload-api/test/context'
  return (await import(name)) as TestContext
}

/** Blobs are in memory; what is asked for is looked for from block to block. */
function findBlock(
  context: { readonly blobsStorage: { readonly content: ReadonlyMap<string, Uint8Array> } },
  wanted: CID,
): Uint8Array | undefined {
  for (const blob of context.blobsStorage.content.values()) {
    for (let at = 0; at < blob.length;) {
      const { value, end } = readVarint(blob, at)
      const next = end + value
      if (at > 0) {
        const [cid, bytes] = CID.decodeFirst(blob.subarray(end, next))
        if (cid.equals(wanted)) return bytes
      }
      at = next
    }
  }
  return undefined
}

/** On loopback only; and an answer goes out to its end, which the context would cut off. */
function loopback(listener: RequestListener, onPut: () => void, front?: W3upOptions['front']): Server {
  const server = createServer((request, response) => {
    if (request.method === 'PUT') onPut()
    response.destroy = () => response
    // A client that is gone in mid-body is no end of this process.
    Promise.resolve(listener(request, response) as unknown).catch(() => request.socket.destroy())
  })
  server.keepAliveTimeout = keepAliveTimeout
  const listen = server.listen.bind(server)
  server.listen = ((callback: () => void) => {
    const listening = async () => {
      if (front !== undefined) await announce(server, front)
      callback()
    }
    return listen(0, '127.0.0.1', () => void listening())
  }) as never
  return server
}

/** From now on it says that it listens at its front. */
async function announce(server: Server, front: (target: string) => Promise<string>): Promise<void> {
  const address = server.address() as AddressInfo
  const { port } = new URL(await front(`http://127.0.0.1:${address.port}`))
  server.address = () => ({ ...address, port: Number(port) })
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk)
  return Buffer.concat(chunks)
}
