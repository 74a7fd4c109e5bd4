import { collect, GantryError, isGantryError } from '@gantry/core'
import { isPrivateRoad } from '@gantry/http'
import { nodeTransport } from '@gantry/http/node'
import { hubTokenCheck } from '@gantry/hub'
import type { CheckToken } from '@gantry/serve'

import type { Context } from '../../context.ts'
import { bareUrl } from '../../places/bare-url.ts'
import { withoutSlash } from '../../places/hub-place.ts'
import { UsageError } from '../../usage-error.ts'
import { dicomwebScopes } from '../hub/dicomweb-path.ts'

export interface HubAccess {
  readonly check: CheckToken
  close(): void
}

const patience = 10_000
const longest = 1024 * 1024

/** Access by tokens of a hub elsewhere, which need the scopes that its own `--dicomweb` asks for. */
export async function hubAccess({ io, signal }: Context, given: string): Promise<HubAccess> {
  const url = bareUrl(given)
  if (url === undefined || !isPrivateRoad(url)) {
    throw new UsageError('A hub is named by its URL, as https://hub.example.org (or http: on this machine).')
  }
  const issuer = withoutSlash(url.href)
  const transport = nodeTransport({ service: 'The hub', environment: io.env })
  const keys = async () => {
    const asking = AbortSignal.any([signal, AbortSignal.timeout(patience)])
    const request = { method: 'GET', url: `${issuer}/.well-known/jwks.json`, headers: {} } as const
    const { status, body } = await transport.send(request, { signal: asking })
    const bytes = await collect(body, longest)
    if (status === 200) return JSON.parse(new TextDecoder().decode(bytes)) as unknown
    throw new GantryError('unavailable', `The hub answered ${status} when it was asked for its keys: check its URL.`)
  }
  const tokens = hubTokenCheck({ issuer, keys })
  try {
    await tokens.refresh()
  } catch (error) {
    transport.close()
    throw error
  }
  return {
    close: () => transport.close(),
    async check(token, permission) {
      try {
        const { scopes, prefixes } = await tokens.check(token)
        // Prefixes are of the hub's own objects: what is served here does not know them.
        return prefixes === undefined && scopes.has(dicomwebScopes[permission]) ? 'granted' : 'forbidden'
      } catch (error) {
        if (isGantryError(error) && error.code === 'unauthenticated') return 'unauthenticated'
        throw error
      }
    },
  }
}
