import { randomUUID } from 'node:crypto'

import type { Store } from '@gantry/core'
import { type Bytes, type Call, GantryError, isGantryError, throwIfCancelled } from '@gantry/core/driver'
import { sharedLoad } from '@gantry/http'
import { CID } from 'multiformats/cid'
import * as Digest from 'multiformats/hashes/digest'
import * as z from 'zod'

import { Home } from '../manifest/home.ts'
import { parseJson } from '../manifest/unit-record.ts'
import { checkCid, codec } from '../pack/cid.ts'
import { defaultSlowAfter, inTime, Patience } from '../read/patience.ts'
import { middleOf } from '../read/read-file.ts'
import type { Blob, NewBlob, ShardStore } from '../shards/shard-store.ts'
import type { Fetch } from '../read/gateway-source.ts'
import type { BlobBody, PlainClient, RequestOptions, W3upClient } from './w3up-client.ts'
import { w3upError } from './w3up-error.ts'

const pageSize = 1000
const locationSchema = z.object({ urls: z.array(z.string()) })

export interface W3upShardsOptions {
  /** Where the service's word is kept of where its blobs can be read. */
  readonly home: Store
  readonly fetch?: Fetch | undefined
  /** Milliseconds until a MiB of a blob must be there, or the place that gives it is passed over. */
  readonly slowAfter?: number | undefined
}

/** Blobs of a space of a w3up service. Clients hold a whole shard in memory while it goes. */
export function w3upShards(
  given: W3upClient,
  { home: store, fetch: send = fetch, slowAfter = defaultSlowAfter }: W3upShardsOptions,
): ShardStore {
  // The same methods, by the types of what is handed over.
  const { capability }: PlainClient = given
  const home = new Home(store)
  /** Sizes of the space's blobs, looked up once: a service has no question for a single one that every proof allows. */
  const sizes = sharedLoad(load)

  async function asking<Value>(call: Call, work: (options: RequestOptions) => Promise<Value>): Promise<Value> {
    const controller = new AbortController()
    const stop = () => controller.abort()
    call.signal.addEventListener('abort', stop)
    try {
      throwIfCancelled(call)
      const aborted = new Promise<never>((_, reject) => {
        controller.signal.addEventListener('abort', () => reject(new GantryError('cancelled', 'Stopped on request.')))
      })
      return await Promise.race([work({ signal: controller.signal, nonce: randomUUID() }), aborted])
    } catch (error) {
      throw w3upError(error, call)
    } finally {
      call.signal.removeEventListener('abort', stop)
    }
  }

  async function* listed(call: Call): AsyncGenerator<Blob, void, undefined> {
    let cursor: string | undefined
    do {
      const from = cursor === undefined ? {} : { cursor }
      const page = await asking(
        call,
        async (options) => await capability.blob.list({ ...options, size: pageSize, ...from }),
      )
      for (const { blob } of page.results) {
        const cid = cidOf(blob.digest)
        if (cid !== undefined) yield { cid, size: blob.size, kind: 'shard' }
      }
      cursor = page.results.length === 0 || page.cursor === cursor ? undefined : page.cursor
    } while (cursor !== undefined)
  }

  async function load(call: Call): Promise<Map<string, number>> {
    const found = new Map<string, number>()
    for await (const { cid, size } of listed(call)) found.set(cid.toString(), size)
    return found
  }

  return {
    name: 'the service',
    isPublic: true,
    // A blob whose place is not known is added again, which sends no byte of it: a process may have ended in between.
    has: async (blob, call) =>
      (await sizes(call)).get(blob.cid.toString()) === blob.size &&
      (await store.find(locationPath(blob), call)) !== undefined,
    async put(blob, call) {
      const added = await asking(call, async (options) => {
        return await capability.blob.add(bodyOf(blob), { ...options, retries: 0 })
      })
      await home.writeJson(locationPath(blob), { urls: locationsOf(added) }, call)
      ;(await sizes(call)).set(blob.cid.toString(), blob.size)
    },
    async read(blob, range, call) {
      const found = await home.read(locationPath(blob), call)
      const urls = found === undefined ? [] : parseJson(found.bytes, locationSchema, 'A location of a blob').urls
      let failure: unknown = new GantryError('not_found', 'It is not known where the service gives this blob.')
      for (const url of urls) {
        try {
          return await readFrom(url, blob, range, { fetch: send, slowAfter }, call)
        } catch (error) {
          throwIfCancelled(call)
          failure = error
        }
      }
      if (isGantryError(failure)) throw failure
      throw new GantryError('unavailable', 'The service does not give a blob.', { cause: failure })
    },
    async remove(blob, call) {
      try {
        await asking(call, async (options) => await capability.blob.remove(blob.cid.multihash, options))
      } catch (error) {
        if (!isGantryError(error) || error.code !== 'not_found') throw error
      }
      await home.remove(locationPath(blob), call)
      ;(await sizes(call)).delete(blob.cid.toString())
    },
    list: listed,
    async publish({ root, shards, index }, call) {
      await asking(call, async (options) => {
        await capability.index.add(index.cid, options)
        await capability.upload.add(
          root,
          shards.map(({ cid }) => cid),
          options,
        )
      })
    },
    async unpublish({ root }, call) {
      try {
        await asking(call, async (options) => await capability.upload.remove(root, options))
      } catch (error) {
        if (!isGantryError(error) || error.code !== 'not_found') throw error
      }
    },
  }
}

/** By SHA-256, as all that is put here; `undefined` of what others have put into the space under another hash. */
function cidOf(digest: Uint8Array): CID | undefined {
  try {
    return checkCid(CID.createV1(codec.car, Digest.decode(new Uint8Array(digest))))
  } catch {
    return undefined
  }
}

function locationPath({ cid }: Blob): string {
  return `locations/${cid.toString()}.json`
}

function bodyOf({ size, read }: NewBlob): BlobBody {
  return {
    size,
    async arrayBuffer() {
      const bytes = new Uint8Array(size)
      let at = 0
      for await (const chunk of read()) {
        bytes.set(chunk, at)
        at += chunk.length
      }
      return bytes.buffer
    },
  }
}

/** Where the service's commitment says that the blob is: HTTP(S) URLs alone. */
function locationsOf(added: unknown): string[] {
  const { site } = (added ?? {}) as { site?: { capabilities?: readonly { nb?: { location?: unknown } }[] } }
  const location = site?.capabilities?.[0]?.nb?.location
  const urls = Array.isArray(location) ? (location as readonly unknown[]).map(String) : []
  return urls.filter((url) => /^https?:\/\//u.test(url))
}

async function readFrom(
  url: string,
  { size }: Blob,
  { start, end }: { readonly start: number; readonly end: number },
  { fetch: send, slowAfter }: { readonly fetch: Fetch; readonly slowAfter: number },
  call: Call,
): Promise<Bytes> {
  const patience = new Patience(call, slowAfter, 'The service')
  try {
    const { status, body } = await patience.waitFor(
      async () =>
        await send(url, {
          headers: { range: `bytes=${start}-${end - 1}` },
          signal: patience.signal,
          redirect: 'error',
        }),
    )
    if (body === null || (status !== 200 && status !== 206)) {
      await body?.cancel()
      throw new GantryError(status === 404 ? 'not_found' : 'unavailable', `The service answered ${status} for a blob.`)
    }
    const bytes = inTime(body, patience)
    // Not all that keep blobs know ranges.
    return status === 206 || (start === 0 && end === size) ? bytes : middleOf(bytes, start, end - start)
  } catch (error) {
    patience.end()
    throw error
  }
}
