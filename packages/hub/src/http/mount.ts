import { Refusal } from '@gantry/core'
import type { HubScope } from '@gantry/core/hub'
import type { Hono } from 'hono'

import type { Principal } from '../tokens/principal.ts'
import type { Connection } from './exchange.ts'

/** Another service that the hub serves below a path, to those whose access tokens have its scopes. */
export interface HubMount {
  /** As `/dicom-web`: with what is below. */
  readonly path: string
  /** What GET and HEAD need, and what everything else needs. */
  readonly scopes: { readonly read: HubScope; readonly write: HubScope }
  /** `path` is the request's, without what stands before the hub's own. Never throws. */
  fetch(request: Request, connection: Connection & { readonly path: string }): Promise<Response>
}

/** `authenticate` refuses who does not hold one of the scopes. */
export function addMounts<Environment extends { Bindings: Connection }>(
  app: Hono<Environment>,
  mounts: readonly HubMount[],
  authenticate: (header: string | undefined, scope: HubScope) => Promise<Principal | undefined>,
): void {
  for (const mount of mounts) {
    app.all(`${mount.path}/*`, async (context) => {
      const { req } = context
      const { read, write } = mount.scopes
      const scope = req.method === 'GET' || req.method === 'HEAD' ? read : write
      const principal = await authenticate(req.header('authorization'), scope)
      // Prefixes are of the hub's own objects: what is behind a mount does not know them.
      if (principal?.kind !== 'account' || principal.prefixes !== undefined) {
        throw new Refusal('permission_denied', 'The access token does not reach that path.', { reason: 'prefix' })
      }
      const connection = (context.env as Connection | undefined) ?? {}
      return await mount.fetch(req.raw, { ...connection, path: req.path })
    })
  }
}
