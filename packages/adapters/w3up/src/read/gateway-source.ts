import { type Bytes, type Call, collect, GantryError, isGantryError } from '@gantry/core/driver'
import type { CID } from 'multiformats/cid'

import { longestBlock } from '../pack/car.ts'
import type { BlockSource } from './block-source.ts'
import { defaultSlowAfter, Patience } from './patience.ts'

export type Fetch = typeof fetch

/** How a gateway is reached. */
export interface GatewayOptions {
  readonly fetch?: Fetch | undefined
  /** Milliseconds until a block must be there, or the gateway is passed over. */
  readonly slowAfter?: number | undefined
}

/** Single blocks of an HTTP gateway: `/ipfs/<cid>?format=raw`, the trustless gateway specification. */
export function gatewaySource(url: string, options: GatewayOptions = {}): BlockSource {
  const { fetch: send = fetch, slowAfter = defaultSlowAfter } = options
  const base = gatewayBase(url)
  return {
    name: `the gateway ${base.host}`,
    async block(cid: CID, call: Call) {
      const patience = new Patience(call, slowAfter, 'A gateway')
      try {
        return await patience.waitFor(async () => {
          const response = await send(new URL(`ipfs/${cid.toString()}?format=raw`, base), {
            headers: { accept: 'application/vnd.ipld.raw' },
            signal: patience.signal,
          })
          const { status, body } = response
          if (status === 200 && body !== null) return await blockOf(body)
          await body?.cancel()
          if (status === 404 || status === 410) return undefined
          throw new GantryError('unavailable', `A gateway answered ${status}.`)
        })
      } finally {
        patience.end()
      }
    },
  }
}

async function blockOf(body: Bytes): Promise<Uint8Array> {
  try {
    return await collect(body, longestBlock)
  } catch (error) {
    if (!isGantryError(error) || error.code !== 'invalid') throw error
    const most = longestBlock / (1024 * 1024)
    throw new GantryError('unsupported', `A block is longer than ${most} MiB, or a gateway says so: it is not read.`)
  }
}

function gatewayBase(url: string): URL {
  const base = URL.canParse(url) ? new URL(url) : undefined
  if (base === undefined || !/^https?:$/u.test(base.protocol)) {
    throw new GantryError('invalid', 'A gateway is an http(s) URL.')
  }
  if (!base.pathname.endsWith('/')) base.pathname += '/'
  return base
}
