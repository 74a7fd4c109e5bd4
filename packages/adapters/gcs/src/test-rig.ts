import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'

import { bytesOf, collect, type Entry, type GantryError, isGantryError, Store, type StoreUploads } from '@gantry/core'
import { type GcsServer, type GcsServerOptions, startGcsServer } from '@gantry/testkit/gcs-server'
import { onTestFinished } from 'vitest'

import { gcs } from './gcs.ts'
import type { GcsOptions } from './options.ts'

/** A store over the GCS double, for one test. */
export class Rig {
  readonly server: GcsServer
  readonly #opened: Store[] = []

  constructor(server: GcsServer) {
    this.server = server
  }

  static async start(options: GcsServerOptions = {}): Promise<Rig> {
    return new Rig(
      await startGcsServer({ buckets: ['gantry', { name: 'public', public: true }], tokens: ['good'], ...options }),
    )
  }

  open(more: Partial<GcsOptions> = {}): Store {
    const given = { bucket: 'gantry', endpoint: this.server.url, environment: {} }
    const isNamed = more.anonymous !== undefined || more.tokens !== undefined || more.token !== undefined
    const store = new Store(gcs({ ...given, ...(!isNamed && { token: 'good' }), ...more }))
    this.#opened.push(store)
    return store
  }

  /** The JSON API, by another way than ours. */
  async ask(path: string, init: { method?: string; body?: string | Uint8Array<ArrayBuffer> } = {}): Promise<unknown> {
    const headers = { authorization: 'Bearer good', 'content-type': 'application/json' }
    const answer = await fetch(`${this.server.url}${path}`, { ...init, headers })
    const text = await answer.text()
    return text === '' ? undefined : (JSON.parse(text) as unknown)
  }

  async close(): Promise<void> {
    await Promise.all(this.#opened.map(async (store) => await store.close()))
    await this.server.close()
  }
}

/** An answer to a request: status, headers, and a body, as JSON unless it is text. */
export type StubAnswer = [status: number, headers: { readonly [name: string]: string }, body?: string | object]

/** A store over a service that answers as it is told, for one test. */
export async function openStub(answer: (request: IncomingMessage) => StubAnswer): Promise<Store> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const [status, headers, body = ''] = answer(request)
      const isText = typeof body === 'string'
      response.writeHead(status, { ...headers, ...(!isText && { 'content-type': 'application/json' }) })
      response.end(isText ? body : JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const store = new Store(gcs({ bucket: 'gantry', endpoint, token: 'good', environment: {} }))
  onTestFinished(async () => {
    await store.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return store
}

export const hello = Buffer.from('hello')
export const large = Buffer.alloc(6 * 1024 * 1024, 'large ')
const partSize = 5 * 1024 * 1024

export function uploadsOf(store: Store): StoreUploads {
  if (store.uploads === undefined) throw new Error('No uploads.')
  return store.uploads
}

/** Two parts of `large`, put and not completed. */
export async function putParts(store: Store, more: { readonly ifAbsent?: boolean; readonly ifVersion?: string } = {}) {
  const uploads = uploadsOf(store)
  const entry = { path: 'entry', size: large.length, ...more }
  const upload = await uploads.begin(entry)
  const sizes = [partSize, large.length - partSize]
  const parts = await Promise.all(
    sizes.map(async (size, index) => {
      const offset = index * partSize
      const part = { number: index + 1, offset, size }
      return await uploads.putPart(upload, part, bytesOf(large.subarray(offset, offset + size)))
    }),
  )
  return { uploads, entry, upload, parts }
}

export async function put(store: Store, path: string, bytes: Uint8Array = hello, more: object = {}): Promise<Entry> {
  return await store.write({ path, size: bytes.length, ...more }, bytesOf(bytes))
}

export async function get(store: Store, path: string, range?: { start: number; end: number }): Promise<Buffer> {
  return Buffer.from(await collect((await store.read(path, range)).body))
}

export async function paths(store: Store): Promise<string[]> {
  const listed: string[] = []
  for await (const { path } of store.list()) listed.push(path)
  return listed
}

/** What a call fails with. */
export async function failure(call: Promise<unknown>): Promise<GantryError> {
  const error: unknown = await call.catch((thrown: unknown) => thrown)
  if (!isGantryError(error)) throw new Error(`No GantryError: ${inspect(error)}`)
  return error
}
